import { defineTool } from '../../functions/tool.ts'
import { type ListedIncident, ListIncidentsArgs, ListIncidentsResult, summariseIncidents } from '../../functions.ts'
import type { IncidentStore } from '../../store/ports.ts'

const CAUSE_CHARS = 200

/** `list_incidents`: the newest incidents, as the agent remembers them. */
export function listIncidents(incidents: () => Pick<IncidentStore, 'search'>) {
  return defineTool({
    name: 'list_incidents',
    description: 'The newest incidents of all services or of one, newest first: state, alerts, cause as diagnosed, times, ticket.',
    parameters: ListIncidentsArgs,
    result: ListIncidentsResult,
    async run({ service, limit = 10 }, { incident }): Promise<ListIncidentsResult> {
      const found = await incidents().search({ limit: limit + 1, ...(service !== undefined && { service }) })
      const others = found.filter(({ id }) => id !== incident.id)
      return {
        incidents: others.slice(0, limit).map(
          ({ ref, service, severity, status, alerts, opened_at, resolved_at, diagnosis, ticket }): ListedIncident => ({
            ref,
            service,
            severity,
            status,
            alerts: [...new Set(alerts.map(({ alertname }) => alertname))].slice(0, 5),
            opened_at,
            resolved_at,
            cause: diagnosis?.cause ?? null,
            root_cause: diagnosis ? diagnosis.root_cause.slice(0, CAUSE_CHARS) : null,
            confidence: diagnosis?.confidence ?? null,
            ticket: ticket?.key ?? null,
          }),
        ),
        complete: others.length <= limit,
      }
    },
    summarise: summariseIncidents,
  })
}
