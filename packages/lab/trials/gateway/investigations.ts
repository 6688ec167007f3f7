import { setTimeout as sleep } from 'node:timers/promises'
import type { IncidentList, IncidentWithTimeline } from '@oncall-lab/on-call-agent/api'
import type { HttpClient } from '@oncall-lab/service-kit/http-client'

/** Different ones, because an alert that ends again and again is told of no more. */
const ALERTS = [
  'InventoryErrorBurst',
  'InventoryHighErrorRate',
  'InventoryHighLatency',
  'InventoryHighCpu',
  'InventoryHighMemory',
  'InventoryPoolExhausted',
  'InventorySlowDatabase',
  'InventoryRouteFailing',
  'InventoryInstanceSlow',
  'InventoryInstanceDown',
]
const PATIENCE_MS = 60_000

/** A webhook message of Alertmanager about one alert of the shop. */
export function webhook(alertname: string, { startsAt, endsAt, instance }: { startsAt: string; endsAt?: string; instance: string }) {
  const labels = { alertname, service: 'inventory', severity: 'warning', instance }
  const status = endsAt === undefined ? 'firing' : 'resolved'
  const alert = { status, labels, annotations: { summary: 'an alert of a trial' }, startsAt, endsAt: endsAt ?? '0001-01-01T00:00:00Z' }
  return {
    version: '4',
    groupKey: `{}:{alertname="${alertname}", service="inventory"}`,
    status,
    alerts: [{ ...alert, fingerprint: instance }],
  }
}

/** What one whole incident took: milliseconds from the webhook to the diagnosis, and of the investigation alone. */
export interface Investigated {
  ref: string
  toDiagnosisMs: number
  investigationMs: number
}

/** Lets an alert of the shop fire, waits for the diagnosis of its incident by the running lab's model, and lets the alert end. */
export async function investigate(agent: HttpClient, n: number): Promise<Investigated> {
  const alertname = ALERTS[n % ALERTS.length] ?? ''
  const startsAt = new Date().toISOString()
  const alert = { startsAt, instance: `trial-${n}` }
  const known = new Set((await agent.get<IncidentList>('/api/incidents?limit=50')).incidents.map(({ id }) => id))
  const begun = performance.now()
  await agent.post('/alerts', webhook(alertname, alert))
  const [found] = (await agent.get<IncidentList>('/api/incidents?limit=50')).incidents.filter(({ id }) => !known.has(id))
  if (!found) throw new Error(`${alertname} opened no incident: another one is open`)
  const read = () => agent.get<IncidentWithTimeline>(`/api/incidents/${found.ref}`)
  const incident = await until(read, ({ diagnosis }) => diagnosis !== null)
  const toDiagnosisMs = performance.now() - begun
  await agent.post('/alerts', webhook(alertname, { ...alert, endsAt: new Date().toISOString() }))
  await until(read, ({ status }) => status === 'resolved')
  const at = (kind: string) => Date.parse(incident.timeline.find(({ event }) => event.kind === kind)?.at ?? '')
  return { ref: found.ref, toDiagnosisMs, investigationMs: at('diagnosis') - at('investigation_started') }
}

async function until<T>(read: () => Promise<T>, holds: (value: T) => boolean): Promise<T> {
  for (const end = performance.now() + PATIENCE_MS; performance.now() < end; await sleep(20)) {
    const value = await read()
    if (holds(value)) return value
  }
  throw new Error(`Waited ${PATIENCE_MS / 1_000} s`)
}

export const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
