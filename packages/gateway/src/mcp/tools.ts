import { randomUUID } from 'node:crypto'
import type { IncidentWithTimeline } from '@oncall-lab/on-call-agent/api'
import { FetchLogsArgs, QueryPrometheusArgs } from '@oncall-lab/on-call-agent/functions'
import { type Static, type TObject, Type } from 'typebox'
import type { AgentClient } from '../agent-client.ts'
import { answerText } from '../answer-text.ts'

/** What a tool says to a model, and the same as data. */
interface McpAnswer {
  text: string
  data: object
  isError?: boolean
}

/** One tool as `tools/list` shows it, and what it does. */
export interface McpTool {
  name: string
  description: string
  input: TObject
  /** False when it may change something: then it asks the agent, and a person decides. */
  isRead: boolean
  run(args: unknown, signal: AbortSignal): Promise<McpAnswer>
}

function defineTool<S extends TObject>(tool: {
  name: string
  description: string
  input: S
  isRead?: boolean
  run(args: Static<S>, signal: AbortSignal): Promise<McpAnswer>
}): McpTool {
  // The server has checked the arguments against `input`.
  return { isRead: true, ...tool, run: (args, signal) => tool.run(args as Static<S>, signal) }
}

const closed = { additionalProperties: false } as const
const Ref = Type.String({ pattern: '^[\\w-]{1,64}$', description: 'A ref such as I7, or an id.' })

/** What an MCP client may call. None of them carries anything out. */
export function mcpTools(agent: AgentClient): McpTool[] {
  const look = async (name: string, args: Record<string, unknown>, target?: string) => {
    const seen = await agent.look({ function: name, arguments: args, ...(target !== undefined && { target }) })
    return { text: `${seen.summary}\n${JSON.stringify(seen.result)}`, data: seen, isError: !seen.ok }
  }
  return [
    defineTool({
      name: 'list_incidents',
      description: 'The newest incidents with status, severity, service and cause.',
      input: Type.Object(
        {
          status: Type.Optional(Type.String()),
          service: Type.Optional(Type.String()),
          limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
        },
        closed,
      ),
      async run({ limit = 20, ...filter }) {
        const list = await agent.incidents({ limit, ...filter })
        return {
          text:
            list.incidents
              .map(
                (each) =>
                  `${each.ref} ${each.status} ${each.severity} ${each.service}: ${each.diagnosis?.root_cause ?? 'no diagnosis yet'}`,
              )
              .join('\n') || 'There is no incident.',
          data: list,
        }
      },
    }),
    defineTool({
      name: 'get_incident',
      description: 'One incident: alerts, diagnosis with evidence, hypotheses, actions. Without the timeline unless asked for.',
      input: Type.Object({ incident: Ref, timeline: Type.Optional(Type.Boolean()) }, closed),
      async run({ incident, timeline: wanted = false }) {
        const whole = await agent.incident(incident)
        const { timeline, ...rest } = whole
        return { text: incidentText(whole), data: wanted ? { ...rest, timeline } : rest }
      },
    }),
    defineTool({
      name: 'investigate',
      description: 'Asks the agent to look at an incident again. Its answer comes to the incident later.',
      input: Type.Object({ incident: Ref }, closed),
      isRead: false,
      async run({ incident }) {
        await agent.investigate(incident)
        return { text: `The agent looks at ${incident} again; read it with get_incident.`, data: { incident } }
      },
    }),
    defineTool({
      name: 'ask',
      description: 'A question about the systems as they are now, or about incidents. Opens no incident and changes nothing.',
      input: Type.Object(
        { question: Type.String({ minLength: 1, maxLength: 1_000, pattern: '\\S' }), target: Type.Optional(Type.String()) },
        closed,
      ),
      async run(args, signal) {
        const id = randomUUID()
        const inquiry = await agent.ask({ ...args, id }, signal).catch(async (error: unknown) => {
          // Nobody waits for the answer any more.
          if (signal.aborted) await agent.cancelInquiry(id)
          throw error
        })
        return { text: answerText(inquiry), data: inquiry }
      },
    }),
    defineTool({
      name: 'get_logs',
      description: 'The newest error log entries of the service.',
      input: Type.Partial(FetchLogsArgs, closed),
      run: ({ seconds = 300, limit = 50 }) => look('fetch_logs', { seconds, limit }),
    }),
    defineTool({
      name: 'query_prometheus',
      description: 'A PromQL query.',
      input: QueryPrometheusArgs,
      run: (args) => look('query_prometheus', args),
    }),
    defineTool({
      name: 'list_instances',
      description: 'The instances of the service and the backends of its load balancer.',
      input: Type.Object({}, closed),
      run: () => look('list_instances', {}),
    }),
    defineTool({
      name: 'propose_action',
      description: 'Proposes one action for an incident. Nothing is carried out: a person allows or denies it.',
      input: Type.Object(
        {
          incident: Ref,
          action: Type.String({ minLength: 1, maxLength: 60 }),
          arguments: Type.Record(Type.String(), Type.Unknown()),
          reason: Type.String({ minLength: 1, maxLength: 600 }),
        },
        closed,
      ),
      isRead: false,
      async run(proposal) {
        const proposed = await agent.propose(proposal)
        return { text: `${proposed.proposed} waits for a person: ${proposed.says}`, data: proposed }
      },
    }),
  ]
}

/** For a model: what is known of an incident, in a few lines. */
export function incidentText({ ref, status, severity, service, opened_at, diagnosis, actions, alerts }: IncidentWithTimeline): string {
  return [
    `${ref}: ${service}, ${severity}, ${status}, opened ${opened_at}`,
    ...alerts.slice(0, 10).map(({ alertname, summary }) => `alert ${alertname}: ${summary}`),
    ...(diagnosis
      ? [
          `cause (${diagnosis.status}, confidence ${diagnosis.confidence}): ${diagnosis.root_cause}`,
          ...diagnosis.evidence.map(({ quote }) => `evidence: ${quote}`),
          ...diagnosis.next_steps.map((step) => `next: ${step}`),
        ]
      : ['no diagnosis yet']),
    ...actions.map(({ id, says, status: state }) => `action ${id} (${state}): ${says}`),
  ].join('\n')
}
