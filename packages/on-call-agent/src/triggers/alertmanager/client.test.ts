import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { createFiringAlertsClient } from './client.ts'

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
