import { setTimeout as sleep } from 'node:timers/promises'
import OpenAI, { APIConnectionError, APIConnectionTimeoutError, APIError } from 'openai'
import type { ChatMessage } from '../../incidents/transcript.ts'
import { ANSWER_LIMITS } from '../answer-limits.ts'
import type { Model, ModelAnswer, ModelUsage, ToolDescription } from '../model.ts'
import { ModelError } from '../model-error.ts'
import { cappedFetch, TooLargeError } from './capped-fetch.ts'
import { decideRetry, type RequestFault } from './decide-retry.ts'
import { member } from './loose-call.ts'
import { type ReadAnswer, readAnswer } from './read-answer.ts'
import { wireTranscript } from './wire-transcript.ts'

/** Which server, which model, and how long one request may take. */
export interface OpenAiModelSettings {
  baseURL: string
  apiKey: string
  model: string
  attemptMs: number
}

/**
 * A model behind OpenAI's Chat Completions, or any server that speaks them, more or less. What can pass is tried again until the signal ends it.
 * @see https://platform.openai.com/docs/api-reference/chat
 */
export function createOpenAiModel({ baseURL, apiKey, model, attemptMs }: OpenAiModelSettings): Model {
  const client = new OpenAI({ baseURL, apiKey, maxRetries: 0, timeout: attemptMs, fetch: cappedFetch(ANSWER_LIMITS.bytes) })

  /** One request. */
  async function request(transcript: ChatMessage[], tools: ToolDescription[], signal: AbortSignal): Promise<ModelAnswer> {
    const body = { model, messages: wireTranscript(transcript), tools: tools.map(describe), tool_choice: 'auto' as const }
    // Parallel calls are the default; reasoning models refuse the parameter that says so.
    const completion: unknown = await client.chat.completions.create(body, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(attemptMs)]),
    })
    refuseErrorObject(completion)
    const read = readAnswer(completion, { turn: transcript.length, offered: tools.map(({ name }) => name) })
    if (read.kind !== 'answer') throw new UnreadableAnswer(read)
    return { ...read.message, usage: readUsage(completion) }
  }

  return {
    name: `${model} at ${baseURL}`,
    async answer(transcript, tools, signal) {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await request(transcript, tools, signal)
        } catch (error) {
          if (signal.aborted) throw error
          const fault = explain(error)
          const decision = decideRetry(fault, attempt)
          if (decision.kind === 'give_up') throw new ModelError(decision.fault, fault.message, error)
          await sleep(decision.afterMs, undefined, { signal })
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
  const count = (name: string) => {
    const value = member(usage, name)
    return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? Math.round(value) : 0
  }
  return { inputTokens: count('prompt_tokens'), outputTokens: count('completion_tokens') }
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
