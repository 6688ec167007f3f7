import { setTimeout as sleep } from 'node:timers/promises'
import { type Message, type Task, TaskState } from '@a2a-js/sdk'
import { AgentEvent, type AgentExecutor, type ExecutionEventBus, type RequestContext } from '@a2a-js/sdk/server'
import type { Inquiry } from '@oncall-lab/on-call-agent/api'
import { describeError, LabError } from '@oncall-lab/service-kit/errors'
import type { AgentClient } from '../agent-client.ts'
import { findSpecialist, type Specialist, targetOf } from '../helpdesk/specialists.ts'
import type { RemoteAgents } from './remote-agents.ts'
import { agentMessage, answerArtifact, incidentArtifact, taskOf, textPart } from './tasks.ts'

interface ExecutorOptions {
  agent: AgentClient
  specialist: Specialist
  /** Asked as well; only the orchestrator has them. */
  remote?: RemoteAgents
  pollMs?: number
}

const QUESTION_CHARS = 1_000
const ANSWER_WITHIN_MS = 120_000
const MOST_INCIDENTS = 3

/** Answers a message by an inquiry of the agent whose id is the task's: each look is a status, the answer an artifact. */
export function createExecutor({ agent, specialist, remote, pollMs = 150 }: ExecutorOptions): AgentExecutor {
  return {
    async execute({ taskId, contextId, userMessage, task }: RequestContext, bus: ExecutionEventBus) {
      const tell = tellerOf(bus, { id: taskId, contextId })
      const question = textOf(userMessage)
      if (task) {
        bus.publish(AgentEvent.task(task))
        return tell.status(TaskState.TASK_STATE_WORKING, 'This task is under way; a further question is a task of its own.')
      }
      bus.publish(AgentEvent.task(newTask(taskId, contextId, userMessage)))
      if (question === '') return tell.status(TaskState.TASK_STATE_REJECTED, 'The message holds no text.')
      try {
        const others = remote?.askAll(question)
        const inquiry = await takeQuestion({ agent, specialist, pollMs }, { taskId, contextId, question }, tell)
        if (inquiry.status === 'cancelled') return tell.status(TaskState.TASK_STATE_CANCELED, 'Nobody wants the answer any more.')
        tell.artifact(answerArtifact(inquiry))
        for (const incident of await incidentsIn(agent, question)) tell.artifact(incidentArtifact(taskId, incident))
        for (const artifact of (await others) ?? []) tell.artifact(artifact)
        tell.status(taskOf(inquiry).status?.state ?? TaskState.TASK_STATE_FAILED, inquiry.answer ?? 'There is no answer.')
      } catch (error) {
        tell.status(TaskState.TASK_STATE_FAILED, describeError(error))
      }
    },
    async cancelTask(taskId, bus) {
      const inquiry = await agent.cancelInquiry(taskId)
      const { id, contextId, status } = taskOf(inquiry)
      tellerOf(bus, { id, contextId }).status(status?.state ?? TaskState.TASK_STATE_CANCELED, 'Cancelled as asked.')
    },
  }
}

type Teller = ReturnType<typeof tellerOf>

/** Publishes what happens to a task. */
function tellerOf(bus: ExecutionEventBus, task: Pick<Task, 'id' | 'contextId'>) {
  const ids = { taskId: task.id, contextId: task.contextId, metadata: undefined }
  let said = 0
  return {
    status(state: TaskState, text: string) {
      said += 1
      const message = agentMessage(task, text, `${task.id}-${said}`)
      bus.publish(AgentEvent.statusUpdate({ ...ids, status: { state, message, timestamp: new Date().toISOString() } }))
    },
    artifact(artifact: ReturnType<typeof answerArtifact>) {
      bus.publish(AgentEvent.artifactUpdate({ ...ids, artifact, append: false, lastChunk: true }))
    },
  }
}

/** Asks, and tells each look as it is made. Where too many questions wait, it waits in line. */
async function takeQuestion(
  { agent, specialist, pollMs }: { agent: AgentClient; specialist: Specialist; pollMs: number },
  { taskId, contextId, question }: { taskId: string; contextId: string; question: string },
  tell: Teller,
): Promise<Inquiry> {
  const deadline = AbortSignal.timeout(ANSWER_WITHIN_MS)
  const target = targetOf(await agent.capabilities(), findSpecialist(specialist.name))
  const context = /^[\w.:-]{1,100}$/.test(contextId) ? contextId : undefined
  const order = { id: taskId, question, ...(context && { context }), ...(target && { target: target.id }) }
  await persist(() => agent.startInquiry(order), pollMs * 5, deadline)
  tell.status(TaskState.TASK_STATE_WORKING, 'Looking.')
  let seen = 0
  for (;;) {
    const inquiry = await agent.inquiry(taskId)
    for (const { name, ok, summary } of inquiry.steps.slice(seen))
      tell.status(TaskState.TASK_STATE_WORKING, `${name}${ok ? '' : ' (failed)'}: ${summary}`)
    seen = inquiry.steps.length
    if (inquiry.status !== 'running') return inquiry
    await sleep(pollMs, undefined, { signal: deadline }).catch(() => {
      throw new LabError(`No answer came within ${ANSWER_WITHIN_MS / 1_000} s`, { code: 'answer_timeout', status: 504 })
    })
  }
}

async function persist(ask: () => Promise<void>, pauseMs: number, deadline: AbortSignal): Promise<void> {
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (!(error instanceof LabError) || error.status !== 429 || deadline.aborted) throw error
      await sleep(pauseMs)
    }
  }
}

/** The incidents that a question names by their refs. */
async function incidentsIn(agent: AgentClient, question: string) {
  const refs = [...new Set(question.match(/\bI\d{1,15}\b/g) ?? [])].slice(0, MOST_INCIDENTS)
  return (await Promise.all(refs.map((ref) => agent.incident(ref).catch(() => undefined)))).filter((each) => each !== undefined)
}

const textOf = ({ parts }: Message) =>
  parts
    .flatMap(({ content }) => (content?.$case === 'text' ? content.value : []))
    .join('\n')
    .trim()
    .slice(0, QUESTION_CHARS)

function newTask(id: string, contextId: string, message: Message): Task {
  const asked = { ...message, parts: message.parts.length > 0 ? message.parts : [textPart('')] }
  return {
    id,
    contextId,
    status: { state: TaskState.TASK_STATE_SUBMITTED, message: undefined, timestamp: new Date().toISOString() },
    artifacts: [],
    history: [asked],
    metadata: undefined,
  }
}
