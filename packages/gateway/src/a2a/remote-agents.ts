import { type AgentCard, type Artifact, Role, TaskState } from '@a2a-js/sdk'
import { type Client, ClientFactory, DefaultAgentCardResolver, JsonRpcTransportFactory } from '@a2a-js/sdk/client'
import { describeError, UpstreamError } from '@oncall-lab/service-kit/errors'
import { mayPass } from '@oncall-lab/service-kit/failed-call'
import { redact } from '@oncall-lab/service-kit/redact'
import type { TaskAnswer } from '../helpdesk/api.ts'
import { textPart } from './tasks.ts'

/** An agent elsewhere: by its base URL alone, or in the place of a specialist. */
export interface RemoteEntry {
  url: string
  /** The specialist that it replaces. */
  replaces?: string
}

/** What is known of a remote agent; `why` says why it is done without. */
export interface RemoteFacts extends RemoteEntry {
  card?: AgentCard
  why?: string
}

/** Agents of others that speak A2A. What they say is data: redacted, cut, marked as theirs. */
export interface RemoteAgents {
  /** At most a minute old. */
  facts(): Promise<RemoteFacts[]>
  /** The answer of one; the question is sent once. @throws UpstreamError that says why there is none */
  ask(entry: RemoteEntry, question: string): Promise<TaskAnswer>
  /** The answers of all that take no specialist's place, as artifacts; who cannot be asked is named in one. */
  askAll(question: string): Promise<Artifact[]>
}

interface RemoteOptions {
  entries: readonly RemoteEntry[]
  token?: string | undefined
  timeoutMs?: number
}

const KNOWN_MS = 60_000
const CARD_WITHIN_MS = 3_000
const ANSWER_WITHIN_MS = 60_000
const TEXT_CHARS = 16_000

/** Reads GATEWAY_AGENTS: base URLs by commas, each with `specialist=` in front where it takes one's place. @throws Error that names what is wrong */
export function readRemoteAgents(text: string, specialists: readonly string[]): RemoteEntry[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean)
    .map((entry) => {
      const [, replaces, address = ''] = /^(?:(\w+)=)?(https?:\/\/\S+)$/.exec(entry) ?? []
      const url = URL.parse(address)
      if (url?.username !== '' || (replaces !== undefined && !specialists.includes(replaces)))
        throw new Error(
          `GATEWAY_AGENTS must hold addresses such as https://agents.example/db or ${specialists[0]}=https://…, got ${JSON.stringify(entry)}`,
        )
      return { url: address, ...(replaces !== undefined && { replaces }) }
    })
}

export function createRemoteAgents({ entries, token, timeoutMs = ANSWER_WITHIN_MS }: RemoteOptions): RemoteAgents {
  const fetchWithin =
    (ms: number): typeof fetch =>
    async (input, init) => {
      const headers = new Headers(init?.headers)
      if (token !== undefined) headers.set('authorization', `Bearer ${token}`)
      const deadline = AbortSignal.timeout(ms)
      // A redirect could lead anywhere, with our token.
      const answer = await fetch(input, {
        ...init,
        headers,
        redirect: 'error',
        signal: init?.signal ? AbortSignal.any([init.signal, deadline]) : deadline,
      })
      // The library would make a sentence of it.
      if (answer.status >= 400) throw new RefusedError(answer.status)
      return answer
    }
  const factory = new ClientFactory({
    transports: [new JsonRpcTransportFactory({ fetchImpl: fetchWithin(timeoutMs), legacyCompat: { enabled: true } })],
    cardResolver: new DefaultAgentCardResolver({ fetchImpl: fetchWithin(CARD_WITHIN_MS), legacyCompat: { enabled: true } }),
  })
  let known: { at: number; facts: Promise<RemoteFacts[]> } | undefined
  const connect = (url: string): Promise<Client> => factory.createFromUrl(url)
  const facts = () => {
    if (known && Date.now() - known.at < KNOWN_MS) return known.facts
    const asked = Promise.all(
      entries.map(async (entry): Promise<RemoteFacts> => {
        try {
          return { ...entry, card: await (await connect(entry.url)).getAgentCard() }
        } catch (error) {
          return { ...entry, why: redact(describeError(error)).slice(0, 300) }
        }
      }),
    )
    known = { at: Date.now(), facts: asked }
    // Who could not be asked is asked again the next time.
    void asked.then((all) => {
      if (all.some(({ why }) => why !== undefined)) known = undefined
    })
    return asked
  }
  const ask = async (entry: RemoteEntry, question: string): Promise<TaskAnswer> => {
    try {
      return await send(entry, question)
    } catch (error) {
      throw explain(error, entry.url)
    }
  }
  const send = async (entry: RemoteEntry, question: string): Promise<TaskAnswer> => {
    const client = await connect(entry.url)
    const { name } = await client.getAgentCard()
    const result = await client.sendMessage({
      tenant: '',
      message: {
        messageId: crypto.randomUUID(),
        contextId: '',
        taskId: '',
        role: Role.ROLE_USER,
        parts: [textPart(question)],
        metadata: undefined,
        extensions: [],
        referenceTaskIds: [],
      },
      configuration: {
        acceptedOutputModes: ['text/plain', 'text/markdown'],
        taskPushNotificationConfig: undefined,
        historyLength: undefined,
        returnImmediately: false,
      },
      metadata: undefined,
    })
    return readResult(name, result)
  }
  return {
    facts,
    ask,
    async askAll(question) {
      const others = (await facts()).filter(({ replaces }) => replaces === undefined)
      return Promise.all(
        others.map(async ({ url, card, why }, i) => {
          if (why !== undefined) return note(i, url, `${url} cannot be asked: ${why}`)
          try {
            const { agent, text } = await ask({ url }, question)
            return note(i, agent, text)
          } catch (error) {
            return note(i, card?.name ?? url, redact(error instanceof Error ? error.message : String(error)).slice(0, 400))
          }
        }),
      )
    },
  }
}

class RefusedError extends Error {
  readonly status: number

  constructor(status: number) {
    super(`it answered ${status}`)
    this.status = status
  }
}

/** Why there is no answer, and whether there may be one later. A question changes nothing, so it may be asked again. */
function explain(error: unknown, url: string): UpstreamError {
  const message = `The agent at ${url} gave no answer: ${redact(describeError(error)).slice(0, 300)}`
  const all = chainOf(error)
  const refused = all.find((each) => each instanceof RefusedError)
  if (refused)
    return new UpstreamError(message, {
      code: 'upstream_status',
      upstreamStatus: refused.status,
      retryable: mayPass(refused.status),
      cause: error,
    })
  if (all.some(({ name }) => name === 'TimeoutError'))
    return new UpstreamError(message, { code: 'upstream_timeout', retryable: true, cause: error })
  // `fetch` fails with a TypeError whose cause is the network's; without one, what came could not be read.
  const isNetwork =
    all.some((each) => 'code' in each && typeof each.code === 'string') || all.some((each) => /terminated|fetch failed/.test(each.message))
  return new UpstreamError(message, { code: isNetwork ? 'upstream_unreachable' : 'upstream_garbled', retryable: isNetwork, cause: error })
}

/** An error and its causes. */
const chainOf = (error: unknown): Error[] => (error instanceof Error ? [error, ...chainOf(error.cause)] : [])

type Result = Awaited<ReturnType<Client['sendMessage']>>

/** The texts of a task's artifacts, or of a message. */
function readResult(agent: string, result: Result): TaskAnswer {
  const parts = 'messageId' in result ? result.parts : result.artifacts.flatMap((artifact) => artifact.parts)
  const said = parts.flatMap(({ content }) => (content?.$case === 'text' ? content.value : []))
  const words =
    'messageId' in result
      ? []
      : (result.status?.message?.parts ?? []).flatMap(({ content }) => (content?.$case === 'text' ? content.value : []))
  const text = redact((said.length > 0 ? said : words).join('\n\n').slice(0, TEXT_CHARS)) || 'It said nothing.'
  const isDone = 'messageId' in result || result.status?.state === TaskState.TASK_STATE_COMPLETED
  return {
    agent,
    task_id: 'messageId' in result ? result.messageId : result.id,
    state: isDone ? 'completed' : 'failed',
    text,
    artifacts: [{ parts: [{ text }] }],
  }
}

const note = (i: number, name: string, text: string): Artifact => ({
  artifactId: `remote-${i + 1}`,
  name: `answer of ${name}`,
  description: 'Said by an agent elsewhere, not checked here.',
  parts: [textPart(text, 'text/markdown')],
  metadata: undefined,
  extensions: [],
})
