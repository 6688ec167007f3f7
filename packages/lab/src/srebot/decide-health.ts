import type { TaskAnswer } from '@oncall-lab/gateway/api'
import type { IncidentSummary } from '@oncall-lab/on-call-agent/api'

/** What the health check saw. `trouble` is empty when all is clear. */
export interface Health {
  trouble: string[]
  /** What each of it is, the same as long as it lasts: `database`, `slots`, or an incident's ref. */
  causes: string[]
  /** One line for each thing that was asked. */
  seen: string[]
  /** Whom to ask about the trouble. */
  agent: 'postgres_database_agent' | 'incident_agent'
}

/** Judges the database by whether it lets somebody in and whether it has slots left for others, and the rest by the open incidents. */
export function decideHealth(connection: TaskAnswer, slots: TaskAnswer, incidents: readonly IncidentSummary[]): Health {
  const isClosed = connection.state === 'failed' || resultOf(connection)?.reachable === false
  const isFull = slots.state === 'completed' && resultOf(slots)?.free === 0
  const database = [
    ...(isClosed ? [{ cause: 'database', says: firstLine(connection) }] : []),
    ...(isFull ? [{ cause: 'slots', says: `too many clients already: ${firstLine(slots)}` }] : []),
  ]
  const open = incidents.map(({ ref, severity, service, alerts }) => ({
    cause: ref,
    says: `${ref} (${severity}) of ${service} is open: ${alerts[0]?.summary ?? 'no alert'}`,
  }))
  return {
    trouble: [...database, ...open].map(({ says }) => says),
    causes: [...database, ...open].map(({ cause }) => cause),
    seen: [
      `check_connection: ${firstLine(connection)}`,
      `get_connection_stats: ${firstLine(slots)}`,
      `open incidents: ${incidents.length}`,
    ],
    agent: database.length > 0 || incidents.length === 0 ? 'postgres_database_agent' : 'incident_agent',
  }
}

/** The data that stands below the sentence. */
function resultOf({ text }: TaskAnswer): Record<string, unknown> | undefined {
  const [, json] = /```json\n([\s\S]*)\n```/.exec(text) ?? []
  try {
    const value: unknown = json === undefined ? undefined : JSON.parse(json)
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch {
    return undefined
  }
}

const firstLine = ({ text }: TaskAnswer) => text.split('\n', 1)[0] ?? ''
