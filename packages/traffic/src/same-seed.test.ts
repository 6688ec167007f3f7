import { expect, test } from 'vitest'
import { largestShiftMs } from '../test-parts/recorded-requests.ts'
import { startRecordingServer } from '../test-parts/start-recording-server.ts'
import { parseOptions } from './options.ts'
import { createPlainProgress } from './output/progress.ts'
import { runTraffic } from './run/run-traffic.ts'

/** What a server saw of a second of customers. */
async function seen(...flags: string[]) {
  using server = await startRecordingServer()
  const options = parseOptions(['--url', server.url, '--rps', '400', '--duration', '1', '--stamp', ...flags], {})
  const report = await runTraffic(options, { progress: createPlainProgress(() => undefined), watchers: [] }, new AbortController().signal)
  expect(report.errors).toBe(0)
  return await server.record()
}

test('the same seed sends the same requests at the same times, by however many threads; another one sends others', async () => {
  const [first, again, shared, other] = await Promise.all([
    seen('--seed', '7'),
    seen('--seed', '7'),
    seen('--seed', '7', '--workers', '2'),
    seen('--seed', '8'),
  ])
  expect(first.requests).toBeGreaterThan(300)
  expect(again.digest).toBe(first.digest)
  expect(shared.digest).toBe(first.digest)
  // The times are told as Unix times with three decimals, which a double nearly holds.
  expect(largestShiftMs(first, again)).toBeLessThan(0.01)
  expect(other.digest).not.toBe(first.digest)
})
