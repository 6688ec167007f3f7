import { LabError } from '@oncall-lab/service-kit/errors'
import type { Service } from '@oncall-lab/service-kit/service'
import { defineConnector } from '../../connector.ts'
import type { Trigger, TriggerRouteDependencies } from '../trigger.ts'
import { AlertGroup, addLeftOut, type Grouping, type ReadGroup, sourceOf } from './alert-group.ts'
import { type AlertmanagerClient, createAlertmanagerClient, createAlertRulesClient } from './client.ts'
import { createHeartbeat } from './heartbeat.ts'
import { createMessageReader } from './message-reader.ts'
import { runReconcile } from './reconcile.ts'
import { alertmanagerSettings } from './settings.ts'

/** A storm in one group may be large, and Alertmanager never gets through what is refused. */
const ALERTS_BYTES = 16 * 1_048_576

/** Alertmanager's webhook, and its list of what still fires. */
export const alertmanager = defineConnector<Trigger, typeof alertmanagerSettings>({
  id: 'alertmanager',
  settings: alertmanagerSettings,
  connect({ ALERTMANAGER_URL: address, PROM_URL, ALERT_SERVICE_LABELS, ALERT_FALLBACK_LABELS, ALERT_WATCHDOGS, ALERT_STALE_HOURS }) {
    const clients = { alertmanager: createAlertmanagerClient(address), prometheus: createAlertRulesClient(PROM_URL) }
    const watchdogs = names(ALERT_WATCHDOGS)
    const grouping = { serviceLabels: names(ALERT_SERVICE_LABELS), fallbackLabels: names(ALERT_FALLBACK_LABELS), watchdogs }
    const port: Trigger = {
      id: 'alertmanager',
      routes: (app, deps) => registerAlertsRoute(app, deps, { grouping, alertsOf: clients.alertmanager.alertsOf }),
      reconcile(deps, signal) {
        const heartbeat = createHeartbeat({ alerts: deps.store.alerts, receive: deps.receive, watchdogs })
        return runReconcile(
          { ...deps, ...clients, source: sourceOf(address), heartbeat, staleAfterMs: ALERT_STALE_HOURS * 3_600_000 },
          signal,
        )
      },
    }
    return { kind: 'on', port, about: { id: 'alertmanager', name: 'Alertmanager', kind: 'real', address, variable: 'ALERTMANAGER_URL' } }
  },
})

interface AlertsRouteOptions {
  grouping: Grouping
  /** What the sender holds of a group, asked when it left alerts out (`max_alerts`). */
  alertsOf?: AlertmanagerClient['alertsOf']
}

/** `POST /alerts`: 2xx only when every usable alert is on disk; 400 when none is usable. */
export function registerAlertsRoute(
  app: Service,
  { receive, beat }: TriggerRouteDependencies,
  { grouping, alertsOf }: AlertsRouteOptions,
): void {
  const readMessage = createMessageReader(grouping)
  app.register(async (scope: Service) => {
    // The reader parses and checks the body; the schema is for the document.
    scope.removeContentTypeParser('application/json')
    scope.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    scope.setValidatorCompiler(() => () => true)
    scope.post('/alerts', { schema: { body: AlertGroup }, bodyLimit: ALERTS_BYTES }, async ({ body, log }) => accept(bytesOf(body), log))
  })

  async function accept(body: Buffer, log: Service['log']) {
    const read = await readMessage(body)
    refuseUnusable(read)
    if (read.truncated > 0 && alertsOf) {
      const held = await alertsOf(read.group).catch((err: unknown) => {
        log.warn({ err, truncated: read.truncated }, 'alerts were left out, and Alertmanager could not be asked for them')
        return []
      })
      addLeftOut(read, held, grouping)
    }
    for (const name of read.heartbeats) await beat(name, 'webhook')
    const outcomes = read.alerts.length > 0 ? await receive(read.alerts) : []
    const { rejected, truncated, heartbeats } = read
    const reasons = Object.entries(Object.groupBy(outcomes, ({ reason }) => reason)).map(([reason, all]) => [reason, all?.length ?? 0])
    const accepted = outcomes.length + heartbeats.length
    log.info({ accepted, rejected: rejected.length, truncated, ...Object.fromEntries(reasons) }, 'alerts')
    if (rejected.length > 0) log.warn({ rejected: rejected.slice(0, 10) }, 'alerts that cannot be used')
    const alerts = outcomes.map(({ reason, effect, incidentId }) => ({ reason, effect, incident_id: incidentId }))
    return { ok: true, accepted, rejected, truncated, alerts }
  }
}

/** Empty when a request has none. */
const bytesOf = (body: unknown) => (Buffer.isBuffer(body) ? body : Buffer.alloc(0))

function refuseUnusable({ alerts, heartbeats, rejected }: ReadGroup): void {
  const [first] = rejected
  if (!first || alerts.length + heartbeats.length > 0) return
  const field = ['body', 'alerts', String(first.index), first.field].filter(Boolean).join('.')
  throw new LabError(`${field} ${first.reason}`, { code: 'invalid_request', status: 400, field })
}

const names = (list: string) =>
  list
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean)
