import { expect, test } from 'vitest'
import { incidentOf } from '../../test-parts/look-tools.ts'
import { alertList } from './alert-list.ts'

const [alert] = incidentOf('inventory', { instance: '10.0.0.1:80' }).alerts
if (!alert) throw new Error('The incident has no alert')
const many = (count: number, labels: (i: number) => Record<string, string> = () => ({})) =>
  Array.from({ length: count }, (_, i) => ({
    ...alert,
    alertname: i % 5 === 0 ? 'Slow' : 'Errors',
    severity: i % 2 === 0 ? 'critical' : 'warning',
    labels: { instance: `10.0.0.${i % 40}:80`, ...labels(i) },
  }))
const read = (alerts: (typeof alert)[]) => JSON.parse(alertList({ service: 'inventory', alerts }))

test('a few alerts are given in full, and nothing else', () => {
  expect(read([alert])).toEqual({ alerts: [expect.objectContaining({ alertname: 'X', labels: alert.labels, service: 'inventory' })] })
})

test('500 alerts of a group are summarised: counts of all, and the first 20 in full', () => {
  const { alerts, truncatedAlerts, counts } = read(many(500))
  expect(alerts).toHaveLength(20)
  expect(truncatedAlerts).toBe(480)
  expect(counts).toMatchObject({ all: 500, by_alertname: { Errors: 400, Slow: 100 }, by_severity: { critical: 250, warning: 250 } })
  expect(Object.keys(counts.by_instance)).toHaveLength(21)
  expect(Object.values<number>(counts.by_instance).reduce((sum, count) => sum + count, 0)).toBe(500)
})

test.each([1, 30, 20_000])('%i alerts with the longest labels that are kept stay below 20 kB', (count) => {
  const longest = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`label_${i}`, 'x'.repeat(4_000)]))
  const text = alertList({ service: 'inventory', alerts: many(count, (i) => ({ ...longest, instance: `${i}${'y'.repeat(4_000)}` })) })
  expect(text.length).toBeLessThan(20_000)
})
