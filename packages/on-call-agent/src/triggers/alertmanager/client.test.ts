import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { describeLookFaults, LOOK_TIMEOUT_MS, startAnswering } from '../../../test-parts/look-faults.ts'
import { createAlertmanagerClient, createAlertRulesClient } from './client.ts'

describeLookFaults('Alertmanager', {
  system: 'Alertmanager',
  start: () => startAnswering([{ fingerprint: 'a', labels: { alertname: 'A' } }]),
  look: (url, signal) => createAlertmanagerClient(url, { timeoutMs: LOOK_TIMEOUT_MS }).activeAlerts(signal),
})
describeLookFaults('the alerting rules of Prometheus', {
  system: 'Prometheus',
  start: () => startAnswering({ data: { groups: [] } }),
  look: (url, signal) => createAlertRulesClient(url, { timeoutMs: LOOK_TIMEOUT_MS }).alertnames(signal),
})

test('a rule fires, is at rest, or is neither: it is pending, or was not evaluated since Prometheus started', async () => {
  const at = '2026-01-01T00:00:00Z'
  const alerts = ['firing', 'pending'].map((state) => ({ state, labels: { alertname: 'Burst', instance: state }, activeAt: at }))
  const rule = (name: string, state: string, lastEvaluation = at) => ({
    type: 'alerting',
    name,
    state,
    lastEvaluation,
    alerts: state === 'firing' ? alerts : [],
  })
  const groups = [
    { rules: [rule('Burst', 'firing'), rule('Burst', 'inactive'), rule('Slow', 'pending'), rule('Down', 'inactive')] },
    { rules: [rule('New', 'inactive', '0001-01-01T00:00:00Z'), rule('Twice', 'inactive'), { type: 'recording', name: 'job:rate' }] },
    { rules: [rule('Twice', 'pending')] },
  ]
  const server = createServer(({ url }, reply) => {
    reply.writeHead(url === '/api/v1/rules?type=alert' ? 200 : 404).end(JSON.stringify({ status: 'success', data: { groups } }))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  // A listening TCP server has an address with a port.
  const prometheus = createAlertRulesClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  expect(await prometheus.alertnames()).toEqual({
    firing: new Set(['Burst']),
    idle: new Set(['Down']),
    fired: new Map<string, object[]>([
      ['Burst', [{ alertname: 'Burst', instance: 'firing' }]],
      ['Slow', []],
      ['Down', []],
      ['Twice', []],
    ]),
  })
  server.closeAllConnections()
  server.close()
})
