import type { Static, TObject, TSchema } from 'typebox'
import type { Incident } from '../api.ts'
import type { ToolDescription } from '../models/model.ts'

/** What a person's message asked for, read by code. */
export interface Asked {
  /** Who has written, e.g. `whatsapp:+15550100001`. */
  person: string
  /** The words of the message that may name an assignee: lower case, without accents. */
  words: ReadonlySet<string>
  /** One of several people who were offered by number: whoever a model names, this one is meant. */
  choice?: { typed: string; label: string } | undefined
  /** Adds a sentence to the answer that the person gets: what was left out, and why. */
  note(sentence: string): void
}

/** What a call is about; never chosen by the model. */
export interface ToolContext {
  incident: Incident
  signal: AbortSignal
  /** The person's message that asked for what is done; absent while nobody has asked for anything. */
  asked?: Asked | undefined
}

/** What a model may call. The schema gives validation, the model's parameters and the type of `args`. */
export interface Tool extends ToolDescription {
  run(args: unknown, context: ToolContext): Promise<object>
  /** The form of a result, where the tool declares it. */
  result?: TSchema
  /** What a result of `run` means, in one sentence for a person. */
  summarise(result: object): string
}

/** A function that acts. */
export interface ActTool extends Tool {
  /** Takes up what a restart cut off. */
  resume?(): Promise<void>
}

/** Ties the arguments' type to their schema, and the summary's to the result. */
export function defineTool<S extends TObject, R extends object>(tool: {
  name: string
  description: string
  parameters: S
  result?: TSchema
  run(args: Static<S>, context: ToolContext): Promise<R>
  summarise(result: R): string
}): Tool {
  return {
    ...tool,
    // `run` is only reached through `callTool`, which has checked the arguments against `parameters`.
    run: (args, context) => tool.run(args as Static<S>, context),
    // `callTool` gives it what `run` returned.
    summarise: (result) => tool.summarise(result as R),
  }
}
