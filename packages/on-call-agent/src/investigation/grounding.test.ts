import { describe, expect, test } from 'vitest'
import { diagnosis } from '../../test-parts/diagnosis.ts'
import { call, calls } from '../../test-parts/scripted-model.ts'
import type { Diagnosis } from '../api.ts'
import type { ChatMessage } from '../incidents/transcript.ts'
import { groundDiagnosis } from './grounding.ts'

const RESULTS: Record<string, [string, unknown]> = {
  rate: ['compute_error_rate', { last_minute: { requests_per_second: 12.04, error_rate: 0.714 }, by_instance: [{ instance: '127.0.0.1:8001' }] }],
  logs: ['fetch_logs', { entries: [{ route: '/items/:id', stack: 'TypeError\n    at priceOf (packages/inventory/src/campaigns.ts:42:17)' }] }],
  metrics: [
    'query_prometheus',
    {
      query: 'histogram_quantile(0.95, rate(x[87s])) > 0.377',
      series: [{ labels: { job: 'shop' }, points: [['2026-11-29T10:00:00Z', 1.2345], ['2026-11-29T10:01:00Z', 157_286_400]] }],
    },
  ],
  code: ['fetch_code_from_github', { file_path: 'packages/inventory/src/campaigns.ts', code: '41: const a = 1\n42: return a.discount' }],
  python: ['fetch_logs', { entries: [{ stack: 'File "app/pricing.py", line 17, in price' }], release: 'r6', commit: '3f2a9c1d0b7e' }],
  fleet: [
    'list_instances',
    { instances: [['a:8001', 'running'], ['a:8002', 'running'], ['a:8003', 'running'], ['a:8004', 'exited'], ['a:8005', 'exited']].map(([instance, state]) => ({ instance, state })) },
  ],
} // biome-ignore format: a result a line.

const transcript: ChatMessage[] = [
  { role: 'system', content: 'You are on call. Look at 4242 things for 4242 s.' },
  { role: 'user', content: 'Incident I1. These alerts are firing:\n{"alerts":[{"alertname":"X","summary":"20 % of requests fail on 10.1.1.1:9100"}]}' },
  calls(...Object.entries(RESULTS).map(([id, [name]]) => call(id, name))),
  ...Object.entries(RESULTS).map(([id, [, result]]): ChatMessage => ({ role: 'tool', tool_call_id: id, content: JSON.stringify(result) })),
  calls(call('refused', 'send_diagnosis', {}), call('noted', 'note_hypotheses', {}), call('unknown', 'look_at_src/invented.ts')),
  { role: 'tool', tool_call_id: 'refused', content: '{"error":{"code":"unsupported","message":"affected_file: no result names src/invented.ts, 987 ms"}}' },
  { role: 'tool', tool_call_id: 'noted', content: '{"noted":2,"dropped_quotes":986}' },
  { role: 'tool', tool_call_id: 'unknown', content: '{"error":{"code":"unknown_function","message":"There is no function look_at_src/invented.ts 985 ms"}}' },
] // biome-ignore format: a message a line.

const citing = (...ids: string[]) => ids.map((tool_call_id) => ({ tool_call_id, quote: '"' }))
const EVERYTHING = citing(...Object.keys(RESULTS))
const ground = (over: Partial<Diagnosis>) => groundDiagnosis(diagnosis({ confidence: 0.9, evidence: EVERYTHING, ...over }), transcript)

test.each([
  '71 % of 12 requests/s fail',
  '71.4% of 12.04 requests/s fail on 127.0.0.1:8001',
  'about 70 % fail, while the alert says 20 %',
  'p95 is 1.2 s, which is 1235 ms; 95 % of the answers come by then',
  'it holds 150 MiB, or 157 MB, that is 157,286,400 bytes',
  'GET /items/:id fails at packages/inventory/src/campaigns.ts:42',
  'thrown at app/pricing.py:17; one of two routes',
  'since 10:00:00 UTC on 2026-11-29, or 10:00; release r6, commit 3f2a9c1',
  '3 of 5 instances run, 2 instances are gone, as 10.1.1.1:9100 shows',
])('what was seen stays, rounded, converted and counted too: %s', (root_cause) => {
  expect(ground({ root_cause })).toMatchObject({ struck: [], diagnosis: { root_cause, confidence: 0.9 } })
})

test.each([
  ['63 % of all requests fail', ['63 %'], '[not seen] of all requests fail'],
  ['p95 is 900 ms', ['900 ms'], 'p95 is [not seen]'],
  ['p95 is 1.9 s', ['1.9 s'], 'p95 is [not seen]'],
  ['about 80 % fail', ['80 %'], 'about [not seen] fail'],
  ['4 of 5 instances run', ['4'], '[not seen] of 5 instances run'],
  ['it has 37 workers', ['37'], 'it has [not seen] workers'],
  ['10.0.0.9:8080 is down', ['10.0.0.9:8080'], '[not seen] is down'],
  ['POST /checkout/pay fails', ['/checkout/pay'], 'POST [not seen] fails'],
  ['thrown at src/invented.ts:7', ['src/invented.ts:7'], 'thrown at [not seen]'],
  ['thrown at packages/inventory/src/campaigns.ts:99', ['packages/inventory/src/campaigns.ts:99'], 'thrown at [not seen]'],
  ['thrown at packages/inventory/src/campaigns.ts:4', ['packages/inventory/src/campaigns.ts:4'], 'thrown at [not seen]'],
  ['since 09:13 UTC', ['09:13'], 'since [not seen] UTC'],
  ['release r7 broke it', ['r7'], 'release [not seen] broke it'],
  ['commit deadbeef1 broke it', ['deadbeef1'], 'commit [not seen] broke it'],
  ['node v24.21.0 is at fault', ['v24.21.0'], 'node [not seen] is at fault'],
])('what nobody saw is struck out, and the confidence is lowered: %s', (given, struck, root_cause) => {
  expect(ground({ root_cause: given })).toMatchObject({ struck, diagnosis: { root_cause, confidence: 0.63 } })
})

test.each([
  ['the instructions', 'It waits 4242 s.'],
  ['its own query', 'More than 37.7 % are slow, over 87 s.'],
  ['a refusal of its own diagnosis', 'It takes 987 ms.'],
  ['its own hypotheses', 'It takes 986 ms.'],
  ['the failure of a call that it made up', 'It takes 985 ms.'],
])('nobody is a witness for himself: what stands only in %s was not seen', (_title, root_cause) => {
  expect(ground({ root_cause }).struck.length).toBeGreaterThan(0)
  expect(ground({ affected_file: 'src/invented.ts', line_number: 7 }).diagnosis).not.toHaveProperty('affected_file')
})

test('what stands in a result that is not cited is cited, so that its reader finds it', () => {
  const { diagnosis: kept, struck } = ground({ evidence: citing('fleet'), root_cause: '71 % fail at app/pricing.py:17.' })
  expect(struck).toEqual([])
  expect(kept.evidence.slice(1)).toEqual([
    { tool_call_id: 'python', quote: expect.stringContaining('line 17') },
    { tool_call_id: 'rate', quote: expect.stringContaining('0.714') },
  ])
  for (const { quote } of kept.evidence) expect(quote.length).toBeLessThanOrEqual(120)
  const full = Array.from({ length: 10 }, () => ({ tool_call_id: 'fleet', quote: '"' }))
  expect(ground({ evidence: full, root_cause: '71 % fail.' }).struck).toEqual(['71 %'])
})

test('instances, routes, a component, a file and a line that nobody saw go, and steps keep their advice', () => {
  const { diagnosis: kept, struck } = ground({
    instances: ['127.0.0.1:8001', '127.0.0.1:8009'],
    routes: ['/items/:id', '/admin'],
    component: '127.0.0.1:8009',
    affected_file: 'packages/inventory/src/campaigns.ts',
    line_number: 77,
    alternatives: ['A slow query: no, 377 ms.'],
    suggested_fix: 'Catch it in src/other.ts.',
    next_steps: ['Take a CPU profile for 30 s and ask for /healthz.', 'Restart 10.0.0.9:8080.'],
  })
  expect(kept).toMatchObject({
    instances: ['127.0.0.1:8001'],
    routes: ['/items/:id'],
    alternatives: ['A slow query: no, [not seen].'],
    suggested_fix: 'Catch it in [not seen].',
    next_steps: ['Take a CPU profile for 30 s and ask for /healthz.', 'Restart [not seen].'],
  })
  for (const member of ['line_number', 'component']) expect(kept).not.toHaveProperty(member)
  expect(struck.toSorted()).toEqual(
    [
      '127.0.0.1:8009',
      '127.0.0.1:8009',
      '/admin',
      '10.0.0.9:8080',
      '377 ms',
      'packages/inventory/src/campaigns.ts:77',
      'src/other.ts',
    ].toSorted(),
  )
  expect(ground({ affected_file: 'packages/inventory/src/campaigns.ts', line_number: 42 }).diagnosis.line_number).toBe(42)
})

describe('a fuzz', () => {
  /** The same numbers for the same seed. */
  const random = (() => {
    let state = 7
    return () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
      return state / 2 ** 32
    }
  })()
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T // The list is not empty.
  const UNITS = ['%', ' %', ' ms', ' s', ' MiB', ' requests/s', ' errors', ' connections', ' workers', '']
  const WORDS = ['{} of it fails.', 'It takes {} now.', 'There are {} of them, and more.', 'From {} on it got worse', 'Only ({}) was left']
  const SEEN = Object.values(RESULTS).flatMap(([, result]) =>
    [...JSON.stringify(result).matchAll(/\d+(?:\.\d+)?/g)].map(([n]) => Number(n)),
  )
  const FACTORS = [1, 100, 1_000, 0.001, 1 / 60, 60, 1e-6, 1 / 1_024, 1 / 1_048_576, 1e-9]
  const couldBeDerived = (value: number) =>
    value <= 6 ||
    [20, 95].includes(value) ||
    SEEN.some((seen) => FACTORS.some((factor) => Math.abs(seen * factor - value) <= Math.max(0.6, value * 0.02)))

  test('of 2,000 false numbers none stays', () => {
    const stayed: string[] = []
    for (let tried = 0; tried < 2_000; ) {
      const value = Number((10 ** (random() * 4)).toFixed(pick([0, 0, 1])))
      if (couldBeDerived(value)) continue
      tried += 1
      const root_cause = pick(WORDS).replace('{}', `${value}${pick(UNITS)}`)
      if (ground({ root_cause }).struck.length === 0) stayed.push(root_cause)
    }
    expect(stayed).toEqual([])
  })

  test('of 1,000 true ones, rounded and converted, none goes', () => {
    const forms: [number, (digits: number) => string][] = [
      [0.714, (digits) => `${(71.4).toFixed(digits)} %`],
      [12.04, (digits) => `${(12.04).toFixed(digits)} requests/s`],
      [1.2345, (digits) => `${(1_234.5).toFixed(digits)} ms`],
      [1.2345, (digits) => `${(1.2345).toFixed(digits + 1)} s`],
      [157_286_400, (digits) => `${(150).toFixed(digits)} MiB`],
      [5, () => '5 instances'],
    ]
    for (let tried = 0; tried < 1_000; tried += 1) {
      const [, write] = pick(forms)
      const root_cause = pick(WORDS).replace('{}', write(pick([0, 1])))
      expect(ground({ root_cause }).struck, root_cause).toEqual([])
    }
  })
})
