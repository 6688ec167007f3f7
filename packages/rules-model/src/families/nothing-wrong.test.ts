import { expect, test } from 'vitest'
import { investigate } from '../../test-parts/investigate.ts'
import { BURST } from '../../test-parts/logged-errors.ts'
import { createWorld, errorRate, logEntry } from '../../test-parts/simulated-world.ts'

/** An alert of half of all requests, while a few stray errors stand in the log and none is counted now; `peak` is the highest value that its rule compared. */
function strayErrors(peak: number | null) {
  const get_alert_expression = {
    ...{ ok: true, window_seconds: 320, complete: true, truncated: 0, errors: [], alertname: 'InventoryErrorBurst' },
    ...{ expression: '100 * shop:errors:ratio > 50', for_seconds: 0, threshold: peak === null ? null : '> 50', state: 'inactive' },
    ...{ rule_health: 'ok', rule_error: null, true_now: false },
    course: peak === null ? [] : [{ labels: {}, points: [0, peak, 0].map((value, i) => [`2026-11-20T11:5${i}:00Z`, value]) }],
  }
  const log = [60, 59, 58, 57, 56, 55].map((ago) => logEntry(ago, { message: 'socket hang up', route: '/items' }))
  return investigate(createWorld({ alerts: BURST, log, rate: errorRate(0), database: { get_alert_expression } })).diagnosis
}

test.each([
  ['its rule never came near its limit', 4],
  ['its rule, which cannot be split, was true at no moment', null],
])('an alert is a false alarm where %s, whatever the log holds', (_, peak) => {
  expect(strayErrors(peak)).toMatchObject({ status: 'false_alarm', cause: 'nothing_wrong' })
})

test('where the rule was true a while ago it is over, and no false alarm', () => {
  expect(strayErrors(80)).toMatchObject({ status: 'recovered' })
})
