import type { Static, TObject } from 'typebox'
import type { ActionLevel, Incident } from '../api.ts'

/** What an action is about; never chosen by the model. */
export interface ActionContext {
  incident: Incident
  signal: AbortSignal
  /** How processes of the service ended lately; absent where no target can tell. @throws UpstreamError */
  ends?: () => Promise<ProcessEnd[]>
}

/** A process that ended without being asked to. */
export interface ProcessEnd {
  instance: string
  /** RFC 3339. */
  at: string
  /** The request whose work ended it, `GET /items/17`, as the process itself wrote; absent where it wrote none. */
  endedBy?: string
}

/** Whether the world allows an action now. */
export type CheckDecision = { kind: 'ok'; simulation: string } | { kind: 'refuse'; reason: string; message: string }

/** Whether an action whose end nobody saw has had its effect, as the world shows it. */
export type WorldReading = { kind: 'done'; output: string } | { kind: 'under_way' } | { kind: 'not_done' }

/**
 * Something that can be done to a system, with permission. The list is closed: a model names one, and cannot add one. `Before` is what the world was
 * like before it ran, as JSON.
 */
export interface Action<Before = unknown> {
  readonly name: string
  /** What it does and when it helps, for the model. */
  readonly description: string
  /** Checked as they are: nothing is mended. */
  readonly parameters: TObject
  readonly level: ActionLevel
  /** What it will do, in one sentence for a person. */
  says(args: unknown): string
  /** The arguments in one form, where the same thing can be asked for in several: what was denied or done is known again by it. */
  meaning?(args: unknown): unknown
  /** Reads the world and changes nothing: the limits, the target, and in `simulation` what would follow. Called before the proposal and again before the run. */
  check(args: unknown, context: ActionContext): Promise<CheckDecision>
  /** Reads what `readOutcome` and `undo` have to know. */
  before(args: unknown, context: ActionContext): Promise<Before>
  /** Does it; returns what the system answered. Called at most once for an approval. */
  run(args: unknown, context: ActionContext): Promise<string>
  /** Reads from the world whether it ran. @throws when that cannot be told now. */
  readOutcome(args: unknown, before: Before, context: ActionContext): Promise<WorldReading>
  /** The figures that show whether it helped, and for how long they are watched. */
  readonly verify: { readonly slis: readonly string[]; readonly seconds: number }
  /** Takes it back; absent where it cannot be. */
  undo?(args: unknown, before: Before, context: ActionContext): Promise<string>
}

/** Ties the arguments' type to their schema, and what is read before to what is made of it. */
export function defineAction<S extends TObject, Before>(action: {
  name: string
  description: string
  parameters: S
  level: ActionLevel
  says(args: Static<S>): string
  meaning?(args: Static<S>): unknown
  check(args: Static<S>, context: ActionContext): Promise<CheckDecision>
  before(args: Static<S>, context: ActionContext): Promise<Before>
  run(args: Static<S>, context: ActionContext): Promise<string>
  readOutcome(args: Static<S>, before: Before, context: ActionContext): Promise<WorldReading>
  verify: { slis: readonly string[]; seconds: number }
  undo?(args: Static<S>, before: Before, context: ActionContext): Promise<string>
}): Action {
  // Arguments are checked against `parameters` before any of these is called, and `before` is what this action's own `before` gave.
  return action as unknown as Action
}
