import { badInput } from '@oncall-lab/service-kit/errors'
import type { Service } from '@oncall-lab/service-kit/service'
import { defineConnector } from '../../connector.ts'
import type { ReceiveAlerts, Trigger } from '../trigger.ts'
import { AlertGroup, readAlerts } from './alert-group.ts'
import { createAlertmanagerClient, createFiringAlertsClient } from './client.ts'
import { runReconcile } from './reconcile.ts'
import { alertmanagerSettings } from './settings.ts'

/** A storm in one group may be large, and Alertmanager never gets through what is refused. */
const ALERTS_BYTES = 16 * 1_048_576

/** Alertmanager's webhook, and its list of what still fires. */
export const alertmanager = defineConnector<Trigger, typeof alertmanagerSettings>({
  id: 'alertmanager',
  settings: alertmanagerSettings,
  connect({ ALERTMANAGER_URL: address, PROM_URL }) {
    const clients = { alertmanager: createAlertmanagerClient(address), prometheus: createFiringAlertsClient(PROM_URL) }
    const port: Trigger = {
      id: 'alertmanager',
      routes: registerAlertsRoute,
      reconcile: (deps, signal) => runReconcile({ ...deps, ...clients }, signal),
    }
    return { kind: 'on', port, about: { id: 'alertmanager', name: 'Alertmanager', kind: 'real', address, variable: 'ALERTMANAGER_URL' } }
  },
})

/** `POST /alerts`: 2xx only when the whole group is on disk. */
export function registerAlertsRoute(app: Service, receive: ReceiveAlerts): void {
  app.post('/alerts', { schema: { body: AlertGroup }, bodyLimit: ALERTS_BYTES }, async (request) => {
    const outcomes = await receive(alertsOf(request.body))
    for (const { reason, effect, incidentId } of outcomes) request.log.info({ reason, effect, incident: incidentId }, 'alert')
    return { ok: true, alerts: outcomes.map(({ reason, effect, incidentId }) => ({ reason, effect, incident_id: incidentId })) }
  })
}

function alertsOf(group: AlertGroup) {
  const read = readAlerts(group)
  if (read.kind === 'invalid') throw badInput(read.invalid.path, `must be an RFC 3339 time, got ${JSON.stringify(read.invalid.value)}`)
  return read.alerts
}
