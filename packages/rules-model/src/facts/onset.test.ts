import { expect, test } from 'vitest'
import type { Facts } from './facts.ts'
import { beganAt } from './onset.ts'

const AT = Date.parse('2026-01-01T00:00:00Z')
const timeOf = (seconds: number) => new Date(AT + seconds * 1_000).toISOString()

/** An alert that fires at second 60, and errors from 0 to 20. */
function facts(alertname: string, summary: string): Facts {
  const onset = { at: timeOf(0), ended_at: timeOf(20), error_rate_before: 0, error_rate_within: 0.5 }
  const call = { id: 'c', content: JSON.stringify({ onset }) }
  const seen = {
    startedAt: AT + 60_000,
    now: AT + 62_000,
    pace: 1,
    symptoms: new Set(['errors', 'availability']),
    metric: () => ({ kind: 'not_asked' }),
    result: () => ({ kind: 'not_asked' }),
  }
  return { ...seen, alerts: [{ alertname, summary }], rate: { kind: 'seen', value: { onset }, call } } as unknown as Facts // Only what is read.
}

test('errors that ended before an alert about something else fired are not its beginning; of an alert about errors they are', () => {
  expect(beganAt(facts('InventoryInstanceRestarting', 'the instance on port 8002 restarted'))).toBe(AT + 60_000)
  expect(beganAt(facts('InventoryHighErrorRate', '50 % of the requests fail'))).toBe(AT)
})
