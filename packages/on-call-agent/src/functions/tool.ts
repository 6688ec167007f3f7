import type { Static, TObject } from 'typebox'
import type { Incident } from '../api.ts'
import type { ToolDescription } from '../models/model.ts'

/** What a call is about; never chosen by the model. */
export interface ToolContext {
  incident: Incident
  signal: AbortSignal
}

/** What a model may call. The schema gives validation, the model's parameters and the type of `args`. */
export interface Tool extends ToolDescription {
  run(args: unknown, context: ToolContext): Promise<object>
}

/** Ties the arguments' type to their schema. */
export function defineTool<S extends TObject>(tool: {
  name: string
  description: string
  parameters: S
  run(args: Static<S>, context: ToolContext): Promise<object>
}): Tool {
  // `run` is only reached through `callTool`, which has checked the arguments against `parameters`.
  return { ...tool, run: (args, context) => tool.run(args as Static<S>, context) }
}
