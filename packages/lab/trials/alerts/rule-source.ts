import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** An alert as a rule has it: `instance` names it. */
export interface TrialAlert {
  alertname: string
  service: string
  instance: string
  startsAt: string
}

/** As a Prometheus with an evaluation interval of a minute says it. */
const LIVES_MS = 240_000
/** Prometheus tells of an end for 15 minutes. */
const TOLD_FOR_MS = 900_000

/** Stands for Prometheus: sends what fires, and what ended, to every Alertmanager again and again, and answers how its rules stand. */
export async function startRuleSource(alertmanagers: () => string[], everyMs = 500) {
  const alerts = new Map<string, TrialAlert & { endedMs?: number }>()
  const server = createServer((_request, response) => {
    const rules = [...Map.groupBy(alerts.values(), ({ alertname }) => alertname)].map(([name, all]) => ruleOf(name, all))
    const answer = { status: 'success', data: { groups: [{ name: 'trial', rules }] } }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // Bound to TCP above.

  const send = async () => {
    const nowMs = Date.now()
    const body = JSON.stringify(
      [...alerts.values()]
        .filter(({ endedMs = nowMs }) => nowMs - endedMs < TOLD_FOR_MS)
        .map((alert) => ({
          labels: labelsOf(alert),
          annotations: { summary: `${alert.instance} of a trial` },
          startsAt: alert.startsAt,
          endsAt: new Date(alert.endedMs ?? nowMs + LIVES_MS).toISOString(),
        })),
    )
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body }
    // One that is down hears of it the next time.
    await Promise.all(
      alertmanagers().map((url) => fetch(`${url}/api/v2/alerts`, { ...init, signal: AbortSignal.timeout(2_000) }).catch(() => undefined)),
    )
  }
  let sending: Promise<void> | undefined
  const timer = setInterval(() => {
    sending ??= send().finally(() => {
      sending = undefined
    })
  }, everyMs)

  return {
    url: `http://127.0.0.1:${port}`,
    fire(alert: TrialAlert) {
      alerts.set(alert.instance, alert)
    },
    resolve(instance: string) {
      const alert = alerts.get(instance)
      if (alert) alert.endedMs ??= Date.now()
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await sending
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** As `GET /api/v1/rules` has it. */
function ruleOf(name: string, all: (TrialAlert & { endedMs?: number })[]) {
  const firing = all.filter(({ endedMs }) => endedMs === undefined)
  return {
    type: 'alerting',
    name,
    state: firing.length > 0 ? 'firing' : 'inactive',
    lastEvaluation: new Date().toISOString(),
    alerts: firing.map((alert) => ({ state: 'firing', labels: labelsOf(alert), activeAt: alert.startsAt })),
  }
}

function labelsOf({ alertname, service, instance }: TrialAlert) {
  return { alertname, service, instance, severity: 'critical' }
}
