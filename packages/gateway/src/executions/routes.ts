import type { Service } from '@oncall-lab/service-kit/service'
import type { AgentClient, NewIncident } from '../agent-client.ts'
import { LENIENT } from '../lenient-json.ts'
import { ActiveExecutions, ByExecution, Execution, ExecutionLogs, Triggered, TriggerRequest } from './api.ts'
import { describeExecution, describeLogs, numberOf, overviewOf } from './describe-execution.ts'

const MOST_ACTIVE = 200

/** `/api/v1/incident`: incidents of ServiceNow, each worked on as an execution. */
export function registerExecutionRoutes(app: Service, agent: AgentClient): void {
  app.post(
    '/api/v1/incident/trigger-agent',
    { config: LENIENT, schema: { body: TriggerRequest, response: { 200: Triggered } } },
    async ({ body }) => {
      const { isNew, incident } = await open(agent, body)
      return {
        message: isNew ? 'The agent works on it.' : 'The agent knows this incident already.',
        execution_id: numberOf(incident.ref),
        incident_number: body.incident_number,
        status: overviewOf(incident).status,
      }
    },
  )
  app.get('/api/v1/incident/execution/:id', { schema: { params: ByExecution, response: { 200: Execution } } }, async ({ params }) =>
    describeExecution(await agent.incident(`I${params.id}`), Date.now()),
  )
  app.get(
    '/api/v1/incident/execution/:id/logs',
    { schema: { params: ByExecution, response: { 200: ExecutionLogs } } },
    async ({ params }) => describeLogs(await agent.incident(`I${params.id}`)),
  )
  app.get('/api/v1/incident/executions/active', { schema: { response: { 200: ActiveExecutions } } }, async () => {
    const { incidents } = await agent.incidents({ limit: MOST_ACTIVE })
    return { executions: incidents.filter(({ status }) => status !== 'resolved').map(overviewOf) }
  })
}

/** With a real instance, and for what its business rule posts, the record counts and not what was posted. */
async function open(agent: AgentClient, body: TriggerRequest) {
  const { trackers } = await agent.capabilities()
  const isReal = trackers.some(({ id, kind }) => id === 'servicenow' && kind === 'real')
  const { sys_id, incident_number: number } = body
  if (!isReal && sys_id === undefined) return agent.open(toIncident(body))
  return agent.openRecord({ number, ...(sys_id !== undefined && { sys_id }) })
}

/** ServiceNow's `1 - Critical` to `5 - Planning`. */
const SEVERITIES: Record<string, string> = { 1: 'critical', 2: 'critical', 3: 'warning', 4: 'info', 5: 'info' }

function toIncident({ incident_number, short_description, description = '', priority, target, ...rest }: TriggerRequest): NewIncident {
  const { ip_address, hostname, service } = target ?? {}
  const facts = { priority, category: rest.category, assignment_group: rest.assignment_group, state: rest.state, ip_address, hostname }
  return {
    source: 'servicenow',
    external_id: incident_number,
    title: short_description.replace(/\s+/g, ' ').trim(),
    description,
    severity: SEVERITIES[priority?.trim()[0] ?? ''] ?? 'warning',
    ...(service && { service }),
    ...(hostname && { target: hostname }),
    labels: Object.fromEntries(Object.entries(facts).flatMap(([name, value]) => (value ? [[name, value]] : []))),
  }
}
