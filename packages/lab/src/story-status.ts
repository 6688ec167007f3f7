import type { IncidentList } from '@oncall-lab/on-call-agent/api'
import type { ActiveFaults } from '@oncall-lab/process-manager/api'
import { createHttpClient } from '@oncall-lab/service-kit/http-client'
import { callAgent } from './agent-access.ts'
import { describeFault } from './fault.ts'
import type { Lab } from './lab.ts'

const ANSWER_WITHIN_MS = 2_000

/** An alert of Prometheus' `GET /api/v1/alerts`. */
interface Alert {
  state: string
  labels: Record<string, string>
  annotations: Record<string, string>
}

/** What happens in a lab now; `null` where the part that knows does not answer. */
export interface LabStory {
  faults: ActiveFaults['faults'] | null
  /** Those that fire or are pending. */
  alerts: Alert[] | null
  /** Those that are not resolved. */
  incidents: IncidentList['incidents'] | null
}

/** Asks the process manager, Prometheus and the agent, all at once. Never rejects. */
export async function readStory(lab: Lab): Promise<LabStory> {
  const ask = async <T>(name: Parameters<typeof lab.book.url>[0], path: string): Promise<T | null> => {
    await using client =
      name === 'agent'
        ? callAgent(lab, ANSWER_WITHIN_MS)
        : createHttpClient({ name, baseUrl: lab.book.url(name), timeoutMs: ANSWER_WITHIN_MS })
    return await client.get<T>(path).catch(() => null)
  }
  const [faults, alerts, incidents] = await Promise.all([
    ask<ActiveFaults>('processManager', '/fault'),
    ask<{ data: { alerts: Alert[] } }>('prometheus', '/api/v1/alerts'),
    ask<IncidentList>('agent', '/api/incidents'),
  ])
  return {
    faults: faults?.faults ?? null,
    alerts: alerts?.data.alerts ?? null,
    incidents: incidents?.incidents.filter(({ status }) => status !== 'resolved') ?? null,
  }
}

/** The story for people: active faults, alerts, open incidents. */
export function formatStory({ faults, alerts, incidents }: LabStory): string[] {
  return [
    ...section('Faults', faults?.map(describeFault), 'the process manager'),
    ...section('Alerts', alerts?.filter(isTold).map(describeAlert), 'Prometheus'),
    ...section('Incidents', incidents?.map(describeIncident), 'the on-call agent'),
  ]
}

/** What pages nobody is a heartbeat, or mutes others. */
function isTold({ labels }: Alert): boolean {
  return labels.severity !== 'none'
}

function describeAlert({ state, labels, annotations }: Alert): string {
  const { alertname = '?', severity = 'no severity' } = labels
  return `${state.padEnd(8)} ${alertname} (${severity})${annotations.summary ? `: ${annotations.summary}` : ''}`
}

function describeIncident({ ref, status, severity, service, opened_at, ticket }: IncidentList['incidents'][number]): string {
  return `${ref} ${status} (${severity}) ${service}, since ${opened_at.slice(0, 19)}Z${ticket ? `, ticket ${ticket.key}` : ''}`
}

/** `Faults     none`, one line where there is one, and the others below it. */
function section(name: string, lines: string[] | undefined, source: string): string[] {
  const told = lines === undefined ? [`unknown: ${source} does not answer`] : lines.length ? lines : ['none']
  return told.map((line, index) => `${(index === 0 ? name : '').padEnd(13)}${line}`)
}
