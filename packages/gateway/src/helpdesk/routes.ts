import { randomUUID } from 'node:crypto'
import type { Capabilities } from '@oncall-lab/on-call-agent/api'
import { callerGone } from '@oncall-lab/service-kit/caller-gone'
import { LabError } from '@oncall-lab/service-kit/errors'
import type { Service } from '@oncall-lab/service-kit/service'
import type { AgentClient } from '../agent-client.ts'
import { answerText } from '../answer-text.ts'
import { LENIENT } from '../lenient-json.ts'
import { type AgentFacts, AgentList, QueryRequest, TaskAnswer, ToolName, ToolRequest } from './api.ts'
import { configuredDatabase } from './configured-database.ts'
import { CLUSTER, DATABASE, findSpecialist, offeredTools, SPECIALISTS, type Specialist, targetOf } from './specialists.ts'

interface HelpdeskOptions {
  agent: AgentClient
  /** Under which address other programs reach this gateway. */
  publicUrl: string
}

/** `/api/v1`: a helpdesk of specialists, over REST. */
export function registerHelpdeskRoutes(app: Service, { agent, publicUrl }: HelpdeskOptions): void {
  app.get('/api/v1/agents', { schema: { response: { 200: AgentList } } }, async () => {
    const capabilities = await agent.capabilities()
    return SPECIALISTS.map((each) => describeSpecialist(each, capabilities, publicUrl))
  })
  app.post('/api/v1/query', { config: LENIENT, schema: { body: QueryRequest, response: { 200: TaskAnswer } } }, async ({ body }, reply) => {
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

/** Its skills are the tools that the agent offers now, and asking. */
function describeSpecialist(specialist: Specialist, capabilities: Capabilities, publicUrl: string): AgentFacts {
  const { name, description, tags, examples } = specialist
  const skill = (id: string, says: string, given: readonly string[] = []) => ({
    id,
    name: id.replaceAll('_', ' '),
    description: says,
    tags: [...tags],
    examples: [...given],
  })
  return {
    name,
    description,
    url: `${publicUrl}/api/v1/query`,
    version: '1',
    skills: [
      skill('ask', description, examples),
      ...offeredTools(capabilities, specialist).map((tool) => skill(tool.name, tool.description)),
    ],
  }
}
