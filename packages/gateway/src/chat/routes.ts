import { randomUUID } from 'node:crypto'
import { Action, type Capabilities, type ConnectorFacts } from '@oncall-lab/on-call-agent/api'
import { callerGone } from '@oncall-lab/service-kit/caller-gone'
import type { Service } from '@oncall-lab/service-kit/service'
import { Type } from 'typebox'
import type { AgentClient } from '../agent-client.ts'
import { LENIENT } from '../lenient-json.ts'
import { ApproveBody, AskAnswer, AskRequest, ById, ChatHealth, Config, Incidents, Pending, TestTriggered } from './api.ts'

/** Alertmanager's storms may be large, and it never gets through what is refused. */
const ALERTS_BYTES = 16 * 1_048_576
const NEWEST = 20

/** The API of a chat about the systems: questions, incidents, and what waits for a person. */
export function registerChatRoutes(app: Service, agent: AgentClient): void {
  app.post('/ask', { config: LENIENT, schema: { body: AskRequest, response: { 200: AskAnswer } } }, async ({ body }, reply) => {
    const [inquiry, { incidents }] = await Promise.all([
      agent.ask({ question: body.question }, callerGone(reply)),
      agent.incidents({ limit: NEWEST }),
    ])
    return {
      answer: inquiry.answer ?? 'There is no answer.',
      incidents: incidents.filter(({ status }) => status !== 'resolved'),
      action_taken: null,
    }
  })
  // Answered as the agent answers: 2xx only once every alert is stored.
  app.post('/webhook', { config: LENIENT, bodyLimit: ALERTS_BYTES, schema: { response: { 200: Type.Unknown() } } }, ({ body }) =>
    agent.alerts(body),
  )
  app.get('/health', { schema: { response: { 200: ChatHealth } } }, async () => describeHealth(await agent.capabilities()))
  app.get('/config', { schema: { response: { 200: Config } } }, async () => describeConfig(await agent.capabilities()))
  app.get('/incidents', { schema: { response: { 200: Incidents } } }, async () => {
    const { incidents } = await agent.incidents({ limit: 100 })
    return { incidents }
  })
  app.get('/pending', { schema: { response: { 200: Pending } } }, async () => ({ pending: await agent.actions({ status: 'proposed' }) }))
  app.post(
    '/approve/:id',
    { config: LENIENT, schema: { params: ById, body: ApproveBody, response: { 200: Action } } },
    ({ params, body, headers }) => agent.approve(params.id, { code: body.code, by: headers['x-requested-by']?.toString() }),
  )
  app.post('/trigger-test', { config: LENIENT, schema: { response: { 200: TestTriggered } } }, async () => {
    const name = 'TestAlert'
    const { incident } = await agent.open({
      source: 'trigger-test',
      external_id: randomUUID(),
      title: name,
      description: 'A test of the whole chain; nothing is broken.',
      severity: 'info',
    })
    return { status: 'triggered' as const, alertname: name, incident_id: incident.ref }
  })
}

const isOn = ({ kind }: ConnectorFacts) => kind !== 'off'

function describeHealth({ model, targets, actions_mode }: Capabilities) {
  const isHealthy = isOn(model) && targets.some(isOn)
  return {
    status: isHealthy ? ('healthy' as const) : ('degraded' as const),
    k8s: targets.some((target) => target.id === 'kubernetes' && isOn(target)),
    model: wordsOf(model),
    auto_action: actions_mode === 'auto',
  }
}

function describeConfig({ model, targets, triggers, channels, trackers, actions_mode }: Capabilities) {
  return {
    model: wordsOf(model),
    auto_action: actions_mode === 'auto',
    targets: targets.map(wordsOf),
    triggers: triggers.map(wordsOf),
    channels: channels.map(wordsOf),
    trackers: trackers.map(wordsOf),
    actions: targets.flatMap(({ actions }) => actions.map(({ name, level }) => ({ action: name, level }))),
  }
}

/** `WhatsApp: stand_in (from … to …)`. */
function wordsOf({ name, kind, detail, why }: ConnectorFacts): string {
  const more = detail ?? why
  return `${name}: ${kind}${more === undefined ? '' : ` (${more})`}`
}
