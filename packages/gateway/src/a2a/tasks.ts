import type { Artifact, ListTasksRequest, ListTasksResponse, Message, Part, Task } from '@a2a-js/sdk'
import { Role, TaskState } from '@a2a-js/sdk'
import type { ServerCallContext, TaskStore } from '@a2a-js/sdk/server'
import type { IncidentWithTimeline, Inquiry } from '@oncall-lab/on-call-agent/api'
import { LabError } from '@oncall-lab/service-kit/errors'
import type { AgentClient } from '../agent-client.ts'
import { answerText } from '../answer-text.ts'

const STATES: Record<Inquiry['status'], TaskState> = {
  running: TaskState.TASK_STATE_WORKING,
  answered: TaskState.TASK_STATE_COMPLETED,
  failed: TaskState.TASK_STATE_FAILED,
  cancelled: TaskState.TASK_STATE_CANCELED,
}

/** A part that holds a text. */
export const textPart = (value: string, mediaType = 'text/plain'): Part => ({
  content: { $case: 'text', value },
  metadata: undefined,
  filename: '',
  mediaType,
})
const dataPart = (value: object): Part => ({
  content: { $case: 'data', value },
  metadata: undefined,
  filename: '',
  mediaType: 'application/json',
})

/** A message of ours within a task. */
export function agentMessage({ id, contextId }: Pick<Task, 'id' | 'contextId'>, text: string, messageId: string): Message {
  return {
    messageId,
    contextId,
    taskId: id,
    role: Role.ROLE_AGENT,
    parts: [textPart(text)],
    metadata: undefined,
    extensions: [],
    referenceTaskIds: [],
  }
}

/** What an answer leaves behind: the text with its evidence, and the same as data. */
export function answerArtifact(inquiry: Inquiry): Artifact {
  const { id, answer, evidence, steps, usage } = inquiry
  return {
    artifactId: `${id}-answer`,
    name: 'answer',
    description: 'The answer, what it rests on, and what was looked at.',
    parts: [textPart(answerText(inquiry), 'text/markdown'), dataPart({ answer, evidence, steps, ...(usage && { usage }) })],
    metadata: undefined,
    extensions: [],
  }
}

/** What is known of an incident that the question names. */
export function incidentArtifact(
  taskId: string,
  { ref, status, severity, service, diagnosis, hypotheses, html_url }: IncidentWithTimeline,
): Artifact {
  return {
    artifactId: `${taskId}-${ref}`,
    name: `diagnosis of ${ref}`,
    description: diagnosis?.root_cause ?? 'There is no diagnosis yet.',
    parts: [dataPart({ ref, status, severity, service, diagnosis, hypotheses, html_url })],
    metadata: undefined,
    extensions: [],
  }
}

/** An inquiry of the agent as a task: the task's id is the inquiry's. */
export function taskOf(inquiry: Inquiry): Task {
  const { id, question, status, asked_at, answered_at } = inquiry
  const contextId = inquiry.context ?? id
  const asked: Message = {
    messageId: `${id}-question`,
    contextId,
    taskId: id,
    role: Role.ROLE_USER,
    parts: [textPart(question)],
    metadata: undefined,
    extensions: [],
    referenceTaskIds: [],
  }
  return {
    id,
    contextId,
    status: { state: STATES[status], message: undefined, timestamp: answered_at ?? asked_at },
    artifacts: status === 'answered' || status === 'failed' ? [answerArtifact(inquiry)] : [],
    history: [asked],
    metadata: undefined,
  }
}

/** Tasks that a process works on, and has worked on lately: what agents elsewhere said is nowhere else. */
const REMEMBERED = 300

/**
 * Tasks as the agent stores them; what this process works on it knows better, and forgets. Whoever may call may see all: a token is one caller.
 */
export function agentTaskStore(agent: AgentClient): TaskStore {
  const known = new Map<string, Task>()
  return {
    async save(task: Task, _context: ServerCallContext) {
      // A cancelled task that nobody works on here.
      if (task.status?.state === TaskState.TASK_STATE_CANCELED && !known.has(task.id)) await agent.cancelInquiry(task.id)
      known.delete(task.id)
      known.set(task.id, structuredClone(task))
      const [oldest] = known.keys()
      if (known.size > REMEMBERED && oldest !== undefined) known.delete(oldest)
    },
    async load(taskId) {
      const here = known.get(taskId)
      if (here) return structuredClone(here)
      const inquiry = await agent.inquiry(taskId).catch((error: unknown) => {
        if (error instanceof LabError && (error.status === 404 || error.status === 400)) return undefined
        throw error
      })
      return inquiry && taskOf(inquiry)
    },
    list: (request) => listTasks(agent, request),
  }
}

const USUAL_PAGE = 50
const LARGEST_PAGE = 100
const NEWEST = 1_000

/** Newest first; the page token is how many were told before. */
async function listTasks(agent: AgentClient, request: ListTasksRequest): Promise<ListTasksResponse> {
  const { contextId, status, pageSize = USUAL_PAGE, pageToken, includeArtifacts = false, statusTimestampAfter } = request
  const inquiries = await agent.inquiries({ limit: NEWEST, ...(contextId !== '' && { context: contextId }) })
  const fitting = inquiries
    .map(taskOf)
    .filter((task) => status === TaskState.TASK_STATE_UNSPECIFIED || status === undefined || task.status?.state === status)
    .filter((task) => statusTimestampAfter === undefined || (task.status?.timestamp ?? '') > statusTimestampAfter)
  const from = /^\d{1,6}$/.test(pageToken) ? Number(pageToken) : 0
  const size = Math.min(LARGEST_PAGE, Math.max(1, pageSize || USUAL_PAGE))
  const tasks = fitting.slice(from, from + size)
  return {
    tasks: includeArtifacts ? tasks : tasks.map((task) => ({ ...task, artifacts: [] })),
    nextPageToken: from + size < fitting.length ? String(from + size) : '',
    pageSize: tasks.length,
    totalSize: fitting.length,
  }
}
