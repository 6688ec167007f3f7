import { expect, test } from 'vitest'
import { receivedAlert } from '../../../test-parts/alerts.ts'
import { parseMessage, readAlerts } from './alert-group.ts'
import { createMessageReader } from './message-reader.ts'

const GROUPING = { serviceLabels: ['service'], fallbackLabels: [], watchdogs: ['Watchdog'] }
const read = createMessageReader(GROUPING)
const alerts = Array.from({ length: 700 }, (_, i) => receivedAlert({ fingerprint: `f${i}`, summary: 'x'.repeat(300) }))

test('a large message is read in a thread as a small one is read at once: alerts, heartbeats and what is wrong', async () => {
  const watchdog = { ...receivedAlert(), labels: { alertname: 'Watchdog', severity: 'none' } }
  const sent = [...alerts, watchdog, { status: 'burning' }]
  const message = { version: '4', status: 'firing', alerts: sent, externalURL: 'http://am:9093', receiver: 'r', truncatedAlerts: 3 }
  const body = JSON.stringify(message)
  expect(body.length).toBeGreaterThan(200_000)
  expect(await read(Buffer.from(body))).toEqual(readAlerts(parseMessage(body), GROUPING))
})

test.each([
  ['no JSON', 'x'.repeat(200_000), 'body'],
  ['no list', JSON.stringify({ alerts: 'x'.repeat(200_000) }), 'body.alerts'],
  ['too many alerts', JSON.stringify({ alerts: Array(20_001).fill({ a: 'some text' }) }), 'body.alerts'],
])('a large message is refused by name: %s', async (_title, body, field) => {
  const refused = await read(Buffer.from(body)).catch((error: unknown) => error)
  expect(refused).toMatchObject({ status: 400, code: 'invalid_request', field })
})
