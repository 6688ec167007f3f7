import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { describeLookFaults, LOOK_TIMEOUT_MS, startAnswering } from '../../../test-parts/look-faults.ts'
import { createAlertmanagerClient, createFiringAlertsClient } from './client.ts'

describeLookFaults('Alertmanager', {
  system: 'Alertmanager',
  start: () => startAnswering([{ fingerprint: 'a', labels: { alertname: 'A' } }]),
  look: (url, signal) => createAlertmanagerClient(url, { timeoutMs: LOOK_TIMEOUT_MS }).activeAlerts(signal),
})
describeLookFaults('the alerts that Prometheus fires', {
  system: 'Prometheus',
  start: () => startAnswering({ data: { alerts: [] } }),
  look: (url, signal) => createFiringAlertsClient(url, { timeoutMs: LOOK_TIMEOUT_MS }).firingAlertnames(signal),
})

test('which alerts fire is asked of the rules, not of the series that outlive a killed Prometheus; pending ones do not fire', async () => {
  const alerts = [
    { state: 'firing', labels: { alertname: 'InventoryErrorBurst' } },
    { state: 'pending', labels: { alertname: 'InventoryHighErrorRate' } },
  ]
  const server = createServer(({ url }, reply) => {
    reply.writeHead(url === '/api/v1/alerts' ? 200 : 404).end(JSON.stringify({ status: 'success', data: { alerts } }))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  // A listening TCP server has an address with a port.
  const prometheus = createFiringAlertsClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  expect(await prometheus.firingAlertnames()).toEqual(new Set(['InventoryErrorBurst']))
  server.closeAllConnections()
  server.close()
})
