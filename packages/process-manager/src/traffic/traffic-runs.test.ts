import { writeFileSync } from 'node:fs'
import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { peakOf, TRAFFIC_PROFILES } from '@oncall-lab/traffic/api'
import { Value } from 'typebox/value'
import { expect, test, vi } from 'vitest'
import { TrafficRuns } from './traffic-runs.ts'
import { TrafficRequest, TrafficState } from './traffic-schema.ts'

/** A generator that notes its arguments, and then does what `then` says. */
async function runsOf(then: string) {
  const folder = await mkdtemp(join(tmpdir(), 'traffic-runs-'))
  const [program, notes] = [join(folder, 'generator.mjs'), join(folder, 'notes')]
  writeFileSync(notes, '')
  writeFileSync(
    program,
    `import { appendFileSync } from 'node:fs'
     const note = (text) => appendFileSync(${JSON.stringify(notes)}, text + '\\n')
     note(process.argv.slice(2).join(' '))
     process.on('SIGTERM', () => { note('ended'); process.exit(143) })
     ${then}`,
  )
  const runs = new TrafficRuns({ url: 'http://127.0.0.1:9000', inherited: process.env, program: [program] })
  return { runs, noted: async () => (await readFile(notes, 'utf8')).trim().split('\n') }
}
const STAY = 'setInterval(() => {}, 1_000)'

test('a run is the generator with the fields as flags; another call replaces it; none ends it', async () => {
  const { runs, noted } = await runsOf(STAY)
  await using _ending = runs
  const first = await runs.apply({ profile: 'spike', rps: 7, spike_at: 10, duration_seconds: 60 })
  expect(first.running).toMatchObject({ profile: 'spike', fields: { rps: 7, spike_at: 10 }, remaining_seconds: 60 })
  expect(Value.Check(TrafficState, first)).toBe(true)
  await vi.waitFor(async () =>
    expect(await noted()).toEqual(['--url http://127.0.0.1:9000 --profile spike --duration 60 --report-every 60 --rps 7 --spike-at 10']),
  )
  await runs.apply({ profile: 'constant' })
  await vi.waitFor(async () =>
    expect((await noted()).slice(1)).toEqual(['ended', expect.stringContaining('--profile constant --duration 120')]),
  )
  expect((await runs.apply({ profile: 'none' })).running).toBeNull()
  expect((await noted()).slice(3)).toEqual(['ended'])
  expect(runs.state().last_failure).toBeNull()
})

test('a run that ends too early leaves its own words; one that is complete leaves nothing', async () => {
  const broken = await runsOf("console.error('Nothing answers at http://127.0.0.1:9000'); process.exit(1)")
  await broken.runs.apply({ profile: 'constant' })
  await vi.waitFor(() =>
    expect(broken.runs.state()).toMatchObject({ running: null, last_failure: { why: expect.stringContaining('Nothing answers') } }),
  )
  const complete = await runsOf('process.exit(0)')
  await complete.runs.apply({ profile: 'constant' })
  await vi.waitFor(() => expect(complete.runs.state()).toMatchObject({ running: null, last_failure: null }))
})

test.each([
  [{ profile: 'ramp', rps: 5 }, 'body.rps does not go with ramp, which takes ramp_from, ramp_to, duration_seconds'],
  [{ profile: 'none', duration_seconds: 5 }, 'body.duration_seconds does not go with none'],
  [{ profile: 'constant', rps: 201 }, 'asks for 201 requests a second at its peak; at most 200 are sent'],
  [{ profile: 'spike', rps: 100, spike_at: 1 }, 'asks for 300 requests a second'],
])('%j is refused, and what runs goes on', async (request, says) => {
  const { runs } = await runsOf(STAY)
  await using _ending = runs
  await runs.apply({ profile: 'constant' })
  await expect(runs.apply(request)).rejects.toThrow(says)
  expect(runs.state().running?.profile).toBe('constant')
})

test('every profile of the generator can be asked for, and its defaults stay below the limit', () => {
  expect(TRAFFIC_PROFILES.length).toBeGreaterThan(0)
  for (const { profile, fields } of TRAFFIC_PROFILES) {
    const request = { profile, ...Object.fromEntries(fields.map(({ field, default: usual }) => [field, usual])) }
    expect([profile, Value.Check(TrafficRequest, request)]).toEqual([profile, true])
    expect(peakOf(profile, {})).toBeLessThanOrEqual(200)
  }
  expect(Value.Check(TrafficRequest, { profile: 'flood' })).toBe(false)
  expect(Value.Check(TrafficRequest, { profile: 'constant', url: 'http://example.com' })).toBe(false)
})
