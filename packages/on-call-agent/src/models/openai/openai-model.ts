import { describeError, LabError } from '@oncall-lab/service-kit/errors'
import OpenAI, { APIConnectionTimeoutError, APIError, APIUserAbortError } from 'openai'
import type { AssistantMessage, ChatMessage } from '../../incidents/transcript.ts'
import type { Model, ToolDescription } from '../model.ts'

/** The model gave no usable answer; `code` is the reason: `model_refused` (4xx), `model_unavailable`, `model_timeout`, `model_garbled`. */
export class ModelError extends LabError {
  override readonly name = 'ModelError'

  constructor(code: string, message: string, cause?: unknown) {
    super(message, { code, status: 502, cause })
  }
}

/**
 * A model behind OpenAI's Chat Completions, or any server that speaks them.
 * @see https://platform.openai.com/docs/api-reference/chat
 */
export function createOpenAiModel({
  baseURL,
  apiKey,
  model,
  attemptMs,
}: {
  baseURL: string
  apiKey: string
  model: string
  attemptMs: number
}): Model {
  const client = new OpenAI({ baseURL, apiKey, timeout: attemptMs, maxRetries: 1 })

  return {
    name: `${model} at ${baseURL}`,
    async answer(transcript, tools, signal) {
      try {
        // Parallel calls are the default; reasoning models refuse the parameter that says so.
        const completion = await client.chat.completions.create(
          { model, messages: transcript.map(toWire), tools: tools.map(describe), tool_choice: 'auto' },
          { signal },
        )
        return readAnswer(completion.choices?.[0]?.message)
      } catch (error) {
        throw error instanceof ModelError || signal.aborted ? error : explain(error, baseURL)
      }
    },
  }
}

function toWire(message: ChatMessage): OpenAI.Chat.Completions.ChatCompletionMessageParam {
  return message
}

function describe({ name, description, parameters }: ToolDescription): OpenAI.Chat.Completions.ChatCompletionTool {
  // The schema's own members only: a JSON Schema, without the library's marks.
  return { type: 'function', function: { name, description, parameters: JSON.parse(JSON.stringify(parameters)) } }
}

function readAnswer(message: OpenAI.Chat.Completions.ChatCompletionMessage | undefined): AssistantMessage {
  if (!message) throw new ModelError('model_garbled', 'The model server answered without a choice')
  const calls = (message.tool_calls ?? []).filter((call) => call.type === 'function')
  if (calls.length === 0 && !message.content?.trim())
    throw new ModelError('model_garbled', message.refusal ?? 'The model answered with nothing')
  return {
    role: 'assistant',
    content: message.content ?? null,
    ...(calls.length > 0 && {
      tool_calls: calls.map(({ id, function: { name, arguments: args } }) => ({
        id,
        type: 'function',
        function: { name, arguments: args },
      })),
    }),
  }
}

function explain(error: unknown, baseURL: string): ModelError {
  if (error instanceof APIConnectionTimeoutError)
    return new ModelError('model_timeout', `The model server at ${baseURL} gave no answer in time`)
  if (error instanceof APIUserAbortError) return new ModelError('model_timeout', 'The time for this is over')
  if (error instanceof APIError && error.status !== undefined) {
    const code = error.status >= 400 && error.status < 500 && error.status !== 429 ? 'model_refused' : 'model_unavailable'
    return new ModelError(code, `The model server at ${baseURL} answered ${error.status}: ${error.message}`)
  }
  if (error instanceof APIError)
    return new ModelError('model_unavailable', `The model server at ${baseURL} cannot be used: ${describeError(error)}`)
  return new ModelError('model_garbled', `The model server at ${baseURL} answered with no completion: ${describeError(error)}`)
}
