import { UpstreamError } from '@oncall-lab/service-kit/errors'
import { expect, test } from 'vitest'
import { runOrRefused } from './baselines.ts'

const failed = (upstreamStatus?: number) =>
  new UpstreamError('The process manager answered', { code: 'upstream_status', ...(upstreamStatus !== undefined && { upstreamStatus }) })

test('what a baseline does is done, refused, or the lab that is broken', async () => {
  expect(await runOrRefused(async () => 'done')).toBe(false)
  expect(await runOrRefused(() => Promise.reject(failed(409)))).toBe(true)
  await expect(runOrRefused(() => Promise.reject(failed(503)))).rejects.toThrow(UpstreamError)
  await expect(runOrRefused(() => Promise.reject(failed()))).rejects.toThrow(UpstreamError)
})
