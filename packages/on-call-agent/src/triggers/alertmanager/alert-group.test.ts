import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { GROUPING } from '../../../test-parts/alerts.ts'
import { readAlerts } from './alert-group.ts'

const read = (alerts: unknown[], message: object = {}) => readAlerts({ ...message, alerts }, GROUPING)
const labels = { alertname: 'InventoryErrorBurst', service: 'inventory', severity: 'critical' }
const startsAt = '2026-11-21T10:00:00Z'
const good = { status: 'firing', labels, startsAt }
const only = (alert: object) => {
  const { alerts, rejected } = read([{ ...good, ...alert }])
  expect(rejected).toEqual([])
  return alerts[0]
}

test('an alert as Alertmanager sends it comes out in our terms, its times in UTC with milliseconds', () => {
  const annotations = { summary: 'everything fails', description: 'longer', runbook_url: 'https://runbooks/x' }
  const alert = {
    ...good,
    annotations,
    startsAt: '2026-11-21T11:00:00.123456789+01:00',
    endsAt: '0001-01-01T00:00:00Z',
    generatorURL: 'http://prometheus/graph',
    fingerprint: 'ab12',
  }
  expect(read([alert], { version: '4', externalURL: 'http://am:9093' }).alerts).toEqual([
    {
      status: 'firing',
      source: 'alertmanager http://am:9093',
      alertname: 'InventoryErrorBurst',
      service: 'inventory',
      severity: 'critical',
      summary: 'everything fails',
      fingerprint: 'ab12',
      labels,
      annotations,
      generatorUrl: 'http://prometheus/graph',
      startsAt: '2026-11-21T10:00:00.123Z',
      endsAt: null,
    },
  ])
})

test("Grafana's message of version 1 is read", () => {
  const grafana = JSON.parse(readFileSync(new URL('../../../test-parts/grafana-version-1.json', import.meta.url), 'utf8'))
  expect(readAlerts(grafana, GROUPING)).toMatchObject({
    rejected: [],
    alerts: [
      { alertname: 'TestAlert', service: 'TestAlert', summary: 'Notification test', source: 'alertmanager http://grafana.example/' },
    ],
  })
})

test('a resolved alert keeps its end, and one without a readable end has none', () => {
  expect(only({ status: 'resolved', endsAt: '2026-11-21T10:05:00Z' })?.endsAt).toBe('2026-11-21T10:05:00.000Z')
  for (const endsAt of [undefined, 'soon', 7]) expect(only({ status: 'resolved', endsAt })?.endsAt).toBeNull()
})

test.each<[string, Record<string, unknown>, string]>([
  ['the service', { alertname: 'A', service: 's', job: 'j' }, 's'],
  ['the job stands in for the service', { alertname: 'A', job: 'j' }, 'j'],
  ['an empty service is none', { alertname: 'A', service: '', job: 'j' }, 'j'],
  ['the name and where it is', { alertname: 'KubeAPIDown', cluster: 'eu-1', namespace: 'n', instance: 'i' }, 'KubeAPIDown eu-1 n'],
  ['the name alone', { alertname: 'CertExpired' }, 'CertExpired'],
  ['no name', { foo: 'bar' }, 'unnamed alert'],
])('an alert is grouped by what it has: %s', (_title, given, service) => {
  expect(only({ labels: given })?.service).toBe(service)
})

test.each<[string, object, object]>([
  ['a missing severity is unknown', { labels: { alertname: 'A' } }, { severity: 'unknown' }],
  ['a spelling is kept', { labels: { alertname: 'A', severity: 'Critical' } }, { severity: 'Critical' }],
  [
    'numbers and objects become texts',
    { labels: { alertname: 'A', code: 7, deep: { a: 1 }, none: null } },
    { labels: { alertname: 'A', code: '7', deep: '{"a":1}' } },
  ],
  ['annotations of another type are none', { annotations: 'text' }, { annotations: {} }],
  ['a status in capitals', { status: 'Firing' }, { status: 'firing' }],
  ["Grafana's older word", { status: 'alerting' }, { status: 'firing' }],
  ['a description for a summary', { annotations: { description: 'longer' } }, { summary: 'longer' }],
])('what is not needed is taken as it is: %s', (_title, alert, expected) => {
  expect(only(alert)).toMatchObject(expected)
})

test('huge labels are cut, between characters', () => {
  const alert = only({
    labels: { ...labels, huge: '😀'.repeat(100_000) },
    annotations: Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`a${i}`, 'x'])),
  })
  expect(alert?.labels.huge?.length).toBeLessThanOrEqual(4_000)
  expect(alert?.labels.huge?.isWellFormed()).toBe(true)
  expect(Object.keys(alert?.annotations ?? {})).toHaveLength(100)
})

test('without a fingerprint the labels tell alerts apart, in whatever order they come', () => {
  const one = only({ labels: { alertname: 'A', instance: '1' } })
  const same = only({ labels: { instance: '1', alertname: 'A' }, fingerprint: '' })
  const other = only({ labels: { alertname: 'A', instance: '2' } })
  expect(same?.fingerprint).toBe(one?.fingerprint)
  expect(other?.fingerprint).not.toBe(one?.fingerprint)
})

test('good alerts of a message are read, and each bad one is named', () => {
  const bad: [unknown, string][] = [
    ['text', ''],
    [null, ''],
    [{ ...good, status: 'burning' }, 'status'],
    [{ labels, startsAt }, 'status'],
    [{ ...good, labels: null }, 'labels'],
    [{ ...good, labels: {} }, 'labels'],
    [{ ...good, startsAt: undefined }, 'startsAt'],
    ...["about five o'clock, 2026", '2026-11-21 10:00:00', '2026-13-40T10:00:00Z', 'aaaaaaaaaaaaaaaaaaaaaa 1', 7].map(
      (time): [unknown, string] => [{ ...good, startsAt: time }, 'startsAt'],
    ),
  ]
  const { alerts, rejected } = read([good, ...bad.map(([alert]) => alert), good])
  expect(alerts).toHaveLength(2)
  expect(rejected.map(({ index, field }) => [index, field])).toEqual(bad.map(([, field], i) => [i + 1, field]))
  for (const { reason } of rejected) expect(reason).toMatch(/^must be/)
})

test('the status of the message stands in for that of an alert', () => {
  expect(read([{ labels, startsAt }], { status: 'resolved' }).alerts).toMatchObject([{ status: 'resolved' }])
})

test('a Watchdog that fires is a heartbeat and opens nothing; one that ended is nothing', () => {
  const watchdog = { ...good, labels: { alertname: 'Watchdog', severity: 'none' } }
  expect(read([watchdog, { ...watchdog, status: 'resolved' }, good])).toMatchObject({
    heartbeats: ['Watchdog'],
    alerts: [{ alertname: labels.alertname }],
  })
})

test('alerts that the sender left out are counted', () => {
  expect(read([good], { truncatedAlerts: 450 }).truncated).toBe(450)
  for (const truncatedAlerts of [undefined, 'many', -3]) expect(read([good], { truncatedAlerts }).truncated).toBe(0)
})

test('what is nested deeper than the stack allows is named, and fails nothing', () => {
  const deep = JSON.parse(`${'['.repeat(100_000)}1${']'.repeat(100_000)}`)
  expect(only({ labels: { alertname: 'A', deep }, annotations: { deep } })).toMatchObject({ labels: { deep: '[too deep]' } })
  expect(read([{ ...good, status: deep }, { ...good, startsAt: deep }, good]).rejected.map(({ field }) => field)).toEqual([
    'status',
    'startsAt',
  ])
  expect(read([good], { truncatedAlerts: deep, receiver: deep, groupLabels: { deep }, status: deep })).toMatchObject({ truncated: 0 })
})
