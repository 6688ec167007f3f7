import { setTimeout as sleep } from 'node:timers/promises'
import { cappedFetch, TooLargeError } from '@oncall-lab/service-kit/capped-fetch'
import OpenAI, { APIConnectionError, APIConnectionTimeoutError, APIError } from 'openai'
import type { ChatMessage } from '../../incidents/transcript.ts'
import { ANSWER_LIMITS } from '../answer-limits.ts'
import type { Model, ModelAnswer, ModelUsage, ToolDescription } from '../model.ts'
import { ModelError } from '../model-error.ts'
import { decideRetry, type RequestFault } from './decide-retry.ts'
import { member } from './loose-call.ts'
import { type ReadAnswer, readAnswer } from './read-answer.ts'
import { asCompletion, responsesBody } from './responses-api.ts'
import { wireTranscript } from './wire-transcript.ts'

/** Which server, which model, by which API, and how long one request may take. */
export interface OpenAiModelSettings {
  api?: 'chat' | 'responses'
  baseURL: string
  apiKey: string
  model: string
  attemptMs: number
  /** False: what fails is not tried again. */
  isPatient?: boolean
  /** Waits before the next attempt. */
  pause?: (ms: number, signal: AbortSignal) => Promise<unknown>
}

/**
 * A model behind OpenAI's Chat Completions or its Responses API, or any server that speaks one of them, more or less. What can pass is tried again until the
 * signal ends it.
 * @see https://platform.openai.com/docs/api-reference/chat
 * @see https://platform.openai.com/docs/api-reference/responses
 */
export function createOpenAiModel({ api = 'chat', baseURL, apiKey, model, ...settings }: OpenAiModelSettings): Model {
  const { attemptMs, isPatient = true, pause = (ms, signal) => sleep(ms, undefined, { signal }) } = settings
  const client = new OpenAI({ baseURL, apiKey, maxRetries: 0, timeout: attemptMs, fetch: cappedFetch(ANSWER_LIMITS.bytes) })

  async function askChat(messages: ChatMessage[], tools: ToolDescription[], signal: AbortSignal): Promise<unknown> {
    // Parallel calls are the default; reasoning models refuse the parameter that says so.
    return client.chat.completions.create({ model, messages, tools: tools.map(describe), tool_choice: 'auto' }, { signal })
  }

  /** Not by `responses.create`, which reads the answer itself and fails on what is not as documented. */
  async function askResponses(messages: ChatMessage[], tools: ToolDescription[], signal: AbortSignal): Promise<unknown> {
    const body: OpenAI.Responses.ResponseCreateParamsNonStreaming = responsesBody(model, messages, tools)
    return client.post('/responses', { body, signal })
  }

  /** One request. */
  async function request(transcript: ChatMessage[], tools: ToolDescription[], signal: AbortSignal): Promise<ModelAnswer> {
    const within = AbortSignal.any([signal, AbortSignal.timeout(attemptMs)])
    const messages = wireTranscript(transcript)
    const answered = api === 'chat' ? await askChat(messages, tools, within) : await askResponses(messages, tools, within)
    refuseErrorObject(answered)
    const completion = api === 'chat' ? answered : asCompletion(answered)
    const read = readAnswer(completion, { turn: transcript.length, offered: tools.map(({ name }) => name) })
    if (read.kind !== 'answer') throw new UnreadableAnswer(read)
    return { ...read.message, usage: readUsage(completion) }
  }

  return {
    name: `${model} at ${baseURL}`,
    id: model,
    async answer(transcript, tools, signal) {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await request(transcript, tools, signal)
        } catch (error) {
          if (signal.aborted) throw error
          const fault = explain(error)
          const decision = decideRetry(fault, attempt)
          if (decision.kind === 'give_up') throw new ModelError(decision.fault, fault.message, error)
          if (!isPatient) throw new ModelError('model_unavailable', fault.message, error)
          await pause(decision.afterMs, signal)
        }
      }
    },
  }
}

function describe({ name, description, parameters }: ToolDescription): OpenAI.Chat.Completions.ChatCompletionTool {
  // The schema's own members only: a JSON Schema, without the library's marks.
  return { type: 'function', function: { name, description, parameters: JSON.parse(JSON.stringify(parameters)) } }
}

/** An answer that says nothing usable. */
class UnreadableAnswer extends Error {
  readonly read: Exclude<ReadAnswer, { kind: 'answer' }>

  constructor(read: Exclude<ReadAnswer, { kind: 'answer' }>) {
    super(read.message)
    this.read = read
  }
}

/** Status 200 with an error in it, as some proxies have it. */
class ErrorObject extends Error {
  readonly status: number | undefined
  readonly code: string | undefined

  constructor(error: unknown) {
    super('The model server answered 200 with an error')
    const code = member(error, 'code') ?? member(error, 'type')
    const status = Number(member(error, 'status') ?? code)
    this.status = status >= 400 && status < 600 ? status : undefined
    this.code = typeof code === 'string' ? code : undefined
  }
}

function refuseErrorObject(completion: unknown): void {
  const error = member(completion, 'error')
  if (error && member(completion, 'choices') === undefined) throw new ErrorObject(error)
}

function readUsage(completion: unknown): ModelUsage {
  const usage = member(completion, 'usage')
  const count = (of: unknown, ...names: string[]) => {
    const value = names.map((name) => member(of, name)).find((each) => each !== undefined)
    return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? Math.round(value) : 0
  }
  const details = member(usage, 'prompt_tokens_details') ?? member(usage, 'input_tokens_details')
  return {
    inputTokens: count(usage, 'prompt_tokens', 'input_tokens'),
    outputTokens: count(usage, 'completion_tokens', 'output_tokens'),
    cachedTokens: count(details, 'cached_tokens'),
  }
}

/** The fault in our words; of the server's only its status and its short code. */
function explain(error: unknown): RequestFault {
  if (error instanceof UnreadableAnswer) return { kind: error.read.kind, message: error.read.message }
  if (error instanceof ErrorObject) {
    const { status = 502, code } = error
    return { kind: 'status', status, code, message: `${error.message}${inBrackets(code)}` }
  }
  if (isCausedBy(error, TooLargeError))
    return { kind: 'refusal', message: `The model server's answer is larger than ${ANSWER_LIMITS.bytes} bytes` }
  if (error instanceof APIConnectionTimeoutError || isTimeout(error))
    return { kind: 'timeout', message: 'The model server gave no answer in time' }
  if (error instanceof APIConnectionError) return { kind: 'connection', message: 'The model server cannot be reached' }
  if (error instanceof APIError && typeof error.status === 'number') {
    const code = [error.code, error.type].find((each) => typeof each === 'string')
    return {
      kind: 'status',
      status: error.status,
      code: code ?? undefined,
      retryAfter: error.headers?.get('retry-after'),
      message: `The model server answered ${error.status}${inBrackets(code)}`,
    }
  }
  if (isCausedBy(error, TypeError)) return { kind: 'connection', message: 'The connection to the model server broke' }
  return { kind: 'garbled', message: 'The model server answered with no completion' }
}

/** A word of a protocol; anything else could be a text. */
function inBrackets(code: string | null | undefined): string {
  return code && /^[a-z][a-z0-9_.-]{1,39}$/i.test(code) ? ` (${code})` : ''
}

function isTimeout(error: unknown): boolean {
  return (
    error instanceof Error &&
    (error.name === 'TimeoutError' || error.name === 'AbortError' || error.constructor.name === 'APIUserAbortError')
  )
}

function isCausedBy(error: unknown, kind: abstract new (...args: never[]) => Error): boolean {
  return error instanceof kind || (error instanceof Error && error.cause !== undefined && isCausedBy(error.cause, kind))
}
