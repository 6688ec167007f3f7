import { randomUUID } from 'node:crypto'
import { callerGone } from '@oncall-lab/service-kit/caller-gone'
import { LabError } from '@oncall-lab/service-kit/errors'
import { redactDeep } from '@oncall-lab/service-kit/guard'
import { redact } from '@oncall-lab/service-kit/redact'
import type { Service } from '@oncall-lab/service-kit/service'
import type { RemoteAgents, RemoteFacts } from '../a2a/remote-agents.ts'
import type { AgentClient } from '../agent-client.ts'
import { answerText } from '../answer-text.ts'
import { LENIENT } from '../lenient-json.ts'
import { type AgentFacts, AgentList, QueryRequest, TaskAnswer, ToolName, ToolRequest } from './api.ts'
import { configuredDatabase } from './configured-database.ts'
import {
  CLUSTER,
  DATABASE,
  describeSpecialist,
  findSpecialist,
  offeredTools,
  SPECIALISTS,
  type Specialist,
  targetOf,
} from './specialists.ts'

interface HelpdeskOptions {
  agent: AgentClient
  /** Under which address other programs reach this gateway. */
  publicUrl: string
  remote: RemoteAgents
}

/** `/api/v1`: a helpdesk of specialists, over REST. */
export function registerHelpdeskRoutes(app: Service, { agent, publicUrl, remote }: HelpdeskOptions): void {
  app.get('/api/v1/agents', { schema: { response: { 200: AgentList } } }, async () => {
    const capabilities = await agent.capabilities()
    const others = await remote.facts()
    const own = SPECIALISTS.filter(({ name }) => !others.some(({ replaces, card }) => replaces === name && card)).map((each) =>
      describeSpecialist(each, capabilities, `${publicUrl}/api/v1/query`),
    )
    return [...own, ...others.map(describeRemote)]
  })
  app.post('/api/v1/query', { config: LENIENT, schema: { body: QueryRequest, response: { 200: TaskAnswer } } }, async ({ body }, reply) => {
    const elsewhere = await findRemote(remote, body.agent)
    if (elsewhere && body.connection_string === undefined) return remote.ask(elsewhere, body.message)
    const specialist = findSpecialist(body.agent)
    const capabilities = await agent.capabilities()
    const target = targetOf(capabilities, specialist)
    configuredDatabase(body.connection_string, target)
    const inquiry = await agent.ask({ question: body.message, ...(target && { target: target.id }) }, callerGone(reply))
    const note =
      specialist.target && !target ? `\n\n(The agent has no ${specialist.target} target that is on; it looked at what it has.)` : ''
    return taskAnswer(specialist, inquiry.status === 'answered', `${answerText(inquiry)}${note}`, inquiry.id)
  })
  for (const [family, specialist] of [
    ['db', DATABASE],
    ['k8s', CLUSTER],
  ] as const) {
    app.post(
      `/api/v1/${family}/:tool`,
      { config: LENIENT, schema: { params: ToolName, body: ToolRequest, response: { 200: TaskAnswer } } },
      async ({ params, body }) => runTool(agent, specialist, params.tool, body),
    )
  }
}

/** One function of the specialist's target; what it could not see is an answer with the state `failed`. */
async function runTool(
  agent: AgentClient,
  specialist: Specialist,
  tool: string,
  body: { connection_string?: string },
): Promise<TaskAnswer> {
  const { connection_string, ...args } = body
  const capabilities = await agent.capabilities()
  // Before the tool is looked for: an unknown database is refused whatever else is wrong.
  const database = configuredDatabase(connection_string, targetOf(capabilities, specialist))
  const offered = offeredTools(capabilities, specialist).map(({ name }) => name)
  if (!offered.includes(tool)) {
    const known = offered.length > 0 ? `there are ${offered.join(', ')}` : `the agent has no ${specialist.target} target that is on`
    throw new LabError(`${specialist.name} offers no tool ${tool}: ${known}`, { code: 'no_such_tool', status: 404, field: 'params.tool' })
  }
  const look = await agent.look({
    function: tool,
    ...(specialist.target && { target: specialist.target }),
    arguments: { ...args, ...(database !== undefined && { database }) },
  })
  return taskAnswer(specialist, look.ok, `${look.summary}\n\n\`\`\`json\n${JSON.stringify(look.result, null, 2)}\n\`\`\``)
}

function taskAnswer({ name }: Specialist, isDone: boolean, text: string, id: string = randomUUID()): TaskAnswer {
  return { agent: name, task_id: id, state: isDone ? 'completed' : 'failed', text, artifacts: [{ parts: [{ text }] }] }
}

/** By its own name, or by that of the specialist whose place it takes; one that cannot be asked is done without. */
async function findRemote(remote: RemoteAgents, name: string): Promise<RemoteFacts | undefined> {
  return (await remote.facts()).find(({ card, replaces }) => card !== undefined && (replaces === name || card.name === name))
}

/** An agent elsewhere as its card describes it; one that cannot be reached is listed by its address, with the reason and without skills. */
function describeRemote({ url, card, replaces, why }: RemoteFacts): AgentFacts {
  if (!card) return { name: replaces ?? url, description: `Cannot be reached, and is done without: ${why}`, url, version: '', skills: [] }
  const skills = card.skills
    .slice(0, MOST_SKILLS)
    .map(({ id, name, description, tags, examples = [] }) => ({ id, name, description, tags, examples }))
  return redactDeep({ name: replaces ?? card.name, description: card.description, url, version: card.version, skills }, redact)
}

const MOST_SKILLS = 50
