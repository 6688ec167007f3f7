import { expect, test } from 'vitest'
import { type AlertGroup, readAlerts } from './alert-group.ts'

const group = (...alerts: AlertGroup['alerts']): AlertGroup => ({ alerts })
const labels = { alertname: 'InventoryErrorBurst', service: 'inventory', severity: 'critical' }
const only = (alert: AlertGroup['alerts'][number]) => {
  const read = readAlerts(group(alert))
  if (read.kind !== 'alerts') throw new Error(`invalid: ${read.invalid.path}`)
  return read.alerts[0]
}

test('an alert as Alertmanager sends it comes out in our terms, its times in UTC with milliseconds', () => {
  const alert = only({
    status: 'firing',
    labels,
    annotations: { summary: 'everything fails', description: 'longer' },
    startsAt: '2026-11-21T11:00:00.123456789+01:00',
    endsAt: '0001-01-01T00:00:00Z',
    fingerprint: 'ab12',
  })
  expect(alert).toEqual({
    status: 'firing',
    alertname: 'InventoryErrorBurst',
    service: 'inventory',
    severity: 'critical',
    summary: 'everything fails',
    fingerprint: 'ab12',
    labels,
    startsAt: '2026-11-21T10:00:00.123Z',
    endsAt: null,
  })
})

test('a resolved alert keeps its end, and one without an end has none', () => {
  const alert = { status: 'resolved' as const, labels, startsAt: '2026-11-21T10:00:00Z' }
  expect(only({ ...alert, endsAt: '2026-11-21T10:05:00Z' })?.endsAt).toBe('2026-11-21T10:05:00.000Z')
  expect(only(alert)?.endsAt).toBeNull()
})

test('what an alert lacks is named plainly: the job stands in for the service', () => {
  const startsAt = '2026-11-21T10:00:00Z'
  expect(only({ status: 'firing', labels: { job: 'agent' }, startsAt })).toMatchObject({
    alertname: 'unnamed alert',
    service: 'agent',
    severity: 'none',
    summary: '',
  })
  expect(only({ status: 'firing', labels: {}, startsAt })?.service).toBe('unknown')
})

test('without a fingerprint the labels tell alerts apart, in whatever order they come', () => {
  const startsAt = '2026-11-21T10:00:00Z'
  const one = only({ status: 'firing', labels: { alertname: 'A', instance: '1' }, startsAt })
  const same = only({ status: 'firing', labels: { instance: '1', alertname: 'A' }, startsAt })
  const other = only({ status: 'firing', labels: { alertname: 'A', instance: '2' }, startsAt })
  expect(same?.fingerprint).toBe(one?.fingerprint)
  expect(other?.fingerprint).not.toBe(one?.fingerprint)
})

test.each(["about five o'clock, 2026", '2026-11-21 10:00:00', '2026-13-40T10:00:00Z', 'aaaaaaaaaaaaaaaaaaaaaa 1'])(
  'the time %j is refused with its place',
  (value) => {
    const good = { status: 'firing' as const, labels, startsAt: '2026-11-21T10:00:00Z' }
    expect(readAlerts(group(good, { ...good, startsAt: value }))).toEqual({
      kind: 'invalid',
      invalid: { path: 'body.alerts.1.startsAt', value },
    })
    expect(readAlerts(group({ ...good, status: 'resolved', endsAt: value }))).toEqual({
      kind: 'invalid',
      invalid: { path: 'body.alerts.0.endsAt', value },
    })
  },
)
