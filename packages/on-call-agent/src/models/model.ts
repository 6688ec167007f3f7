import type { TObject } from 'typebox'
import type { AssistantMessage, ChatMessage } from '../incidents/transcript.ts'

/** What a model is told about a function. */
export interface ToolDescription {
  name: string
  description: string
  parameters: TObject
}

/** What an answer cost, as the server counts. */
export interface ModelUsage {
  inputTokens: number
  outputTokens: number
  /** Of the input, what the server had kept from an earlier request. */
  cachedTokens?: number
}

/** A model's next message, and what it cost where the server says so. */
export interface ModelAnswer extends AssistantMessage {
  usage?: ModelUsage
}

/** Anything that continues a transcript. */
export interface Model {
  /** Model id and address, for people. */
  readonly name: string
  /** The id alone, as its server and price tables call it. */
  readonly id?: string
  /** @throws ModelError when there is no usable answer. */
  answer(transcript: ChatMessage[], tools: ToolDescription[], signal: AbortSignal): Promise<ModelAnswer>
}
