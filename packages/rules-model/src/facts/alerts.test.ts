import { expect, test } from 'vitest'
import { readAlerts } from './alerts.ts'
import { symptomsOf } from './symptoms.ts'

const alert = {
  alertname: 'HighLatency',
  severity: 'warning',
  service: 'shop',
  summary: 'slow [very]',
  starts_at: '2026-11-20T12:00:00Z',
  labels: { job: 'shop' },
}

test.each([
  ['an object with free text around it', `Hello {you}. ${JSON.stringify({ alerts: [alert] }, null, 2)} Bye [now`],
  ['an array', JSON.stringify([alert])],
  ['one alert', JSON.stringify(alert)],
  [
    'Alertmanager’s own form',
    JSON.stringify({
      alerts: [
        {
          labels: { alertname: 'HighLatency', severity: 'warning', service: 'shop', job: 'shop' },
          annotations: { summary: 'slow [very]' },
          startsAt: '2026-11-20T12:00:00Z',
        },
      ],
    }),
  ],
])('alerts are read out of %s', (_, text) => {
  expect(readAlerts(text)).toMatchObject([
    {
      alertname: 'HighLatency',
      severity: 'warning',
      service: 'shop',
      summary: 'slow [very]',
      startsAt: Date.parse('2026-11-20T12:00:00Z'),
    },
  ])
})

test('a text without alerts has none', () => {
  expect(readAlerts('{"a":1} [1,2 {')).toEqual([])
})

test.each([
  ['InventoryHighErrorRate', ['errors']],
  ['InventoryErrorBurst', ['errors']],
  ['InventoryHighLatency', ['latency']],
  ['InventoryHighCpu', ['cpu']],
  ['InventoryHighMemory', ['memory']],
  ['InventoryInstanceDown', ['availability']],
  ['InventoryInstanceRestarting', ['availability']],
  ['ShopUnavailable', ['availability']],
  ['KubePodCrashLooping', ['availability']],
  ['api_5xx_ratio', ['errors']],
  ['Whatever', []],
])('%s is about %j', (alertname, symptoms) => {
  expect([...symptomsOf([{ alertname, severity: '', service: '', summary: '', labels: {}, startsAt: undefined }], undefined)]).toEqual(
    symptoms,
  )
})
