import { expect, test } from 'vitest'
import { diagnosis } from '../../test-parts/diagnosis.ts'
import { groundDiagnosis } from './grounding.ts'

const SEEN = [
  JSON.stringify({ last_minute: { requests_per_second: 12.04, error_rate: 0.714 }, by_instance: [{ instance: '127.0.0.1:8001' }] }),
  JSON.stringify({ entries: [{ route: '/items/:id', stack: 'TypeError\n    at priceOf (packages/inventory/src/campaigns.ts:42:17)' }] }),
  JSON.stringify({
    series: [
      {
        labels: { job: 'shop' },
        points: [
          ['2026-11-29T10:00:00Z', 1.2345],
          ['2026-11-29T10:01:00Z', 157_286_400],
        ],
      },
    ],
  }),
  JSON.stringify({ code: '41: const a = 1\n42: return a.discount' }),
  'File "app/pricing.py", line 17, in price',
].join('\n')

const check = (over: Parameters<typeof diagnosis>[0]) => groundDiagnosis(diagnosis({ confidence: 0.9, ...over }), SEEN)

test.each([
  '71 % of 12 requests/s fail',
  '71.4% of 12.04 requests/s fail on 127.0.0.1:8001',
  'p95 is 1.2 s, which is 1235 ms',
  'it holds 150 MiB, or 157 MB',
  'GET /items/:id fails at packages/inventory/src/campaigns.ts:42',
  'thrown at app/pricing.py:17; 100 % of one route, 0 errors elsewhere',
  'since 10:00:00 UTC, node v24.21.0, release 2026.11.3',
])('what was seen stays, rounded and converted too: %s', (root_cause) => {
  const given = diagnosis({ root_cause, confidence: 0.9 })
  expect(groundDiagnosis(given, SEEN)).toEqual({ diagnosis: given, struck: [] })
})

test.each([
  ['63 % of all requests fail', ['63 %'], '[not seen] of all requests fail'],
  ['p95 is 900 ms', ['900 ms'], 'p95 is [not seen]'],
  ['10.0.0.9:8080 is down', ['10.0.0.9:8080'], '[not seen] is down'],
  ['POST /checkout/pay fails', ['/checkout/pay'], 'POST [not seen] fails'],
  ['thrown at src/invented.ts:7', ['src/invented.ts:7'], 'thrown at [not seen]'],
  ['thrown at packages/inventory/src/campaigns.ts:99', ['packages/inventory/src/campaigns.ts:99'], 'thrown at [not seen]'],
])('what nobody saw is struck out, and the confidence is lowered: %s', (given, struck, root_cause) => {
  expect(check({ root_cause: given })).toMatchObject({ struck, diagnosis: { root_cause, confidence: 0.63 } })
})

test('instances, routes and a line that nobody saw go, and steps keep their advice', () => {
  const { diagnosis: kept, struck } = check({
    instances: ['127.0.0.1:8001', '127.0.0.1:8009'],
    routes: ['/items/:id', '/admin'],
    affected_file: 'packages/inventory/src/campaigns.ts',
    line_number: 77,
    next_steps: ['Take a CPU profile for 30 s and ask for /healthz.', 'Restart 10.0.0.9:8080.'],
  })
  expect(kept).toMatchObject({
    instances: ['127.0.0.1:8001'],
    routes: ['/items/:id'],
    next_steps: ['Take a CPU profile for 30 s and ask for /healthz.', 'Restart [not seen].'],
  })
  expect(kept).not.toHaveProperty('line_number')
  expect(struck).toEqual(['10.0.0.9:8080', 'packages/inventory/src/campaigns.ts:77', '127.0.0.1:8009', '/admin'])
})
