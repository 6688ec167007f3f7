import type { Action, ActionContext } from '../actions/action.ts'
import type { Gauges } from '../actions/sli.ts'
import type { Incident } from '../api.ts'
import type { Tool } from '../functions/tool.ts'
import type { Call, Target } from './target.ts'

/** Which targets can see the service of an incident. */
export interface Sight {
  /** Empty when nothing of the service can be seen. */
  seeing: Target[]
  blind: Target[]
}

/** A page that says "out of sight" comes within 5 s. */
const ANSWER_WITHIN_MS = 2_000

/** Asks every target. One that cannot tell in time counts as seeing: its functions then say themselves what is wrong. */
export async function lookForService(targets: readonly Target[], incident: Incident, signal: AbortSignal): Promise<Sight> {
  signal.throwIfAborted()
  const within = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)])
  const { promise: late, resolve } = Promise.withResolvers<boolean>()
  within.addEventListener('abort', () => resolve(true), { once: true })
  const answers = await Promise.all(targets.map((target) => Promise.race([target.covers(incident, within).catch(() => true), late])))
  signal.throwIfAborted()
  const seeing = targets.filter((_, i) => answers[i])
  if (!seeing.some(({ firstLook }) => firstLook.length > 0)) return { seeing: [], blind: [...targets] }
  return { seeing, blind: targets.filter((_, i) => !answers[i]) }
}

/** The functions of these targets, each with what the others add to its description. */
export function functionsOf(targets: readonly Target[]): Tool[] {
  return targets
    .flatMap(({ functions }) => functions)
    .map((tool) => {
      const hints = targets.flatMap(({ hints: given = {} }) => given[tool.name] ?? [])
      return hints.length === 0 ? tool : { ...tool, description: [tool.description, ...hints].join(' ') }
    })
}

/** The calls that an investigation begins with. */
export function firstLookOf(targets: readonly Target[]): Call[] {
  return targets.flatMap(({ firstLook }) => firstLook)
}

/** The calls whose results go on the page when no model can be used. */
export function looksWithoutModel(targets: readonly Target[]): Call[] {
  return targets.flatMap(({ firstLook, withoutModel = [] }) => [...firstLook, ...withoutModel])
}

/** What can be done there, and what shows whether it helped. An action of one target may ask the others how processes ended. */
export function actionsOf(targets: readonly Target[]): { actions: Action[]; gauges: Gauges[] } {
  const witnesses = targets.filter(({ ends }) => ends !== undefined)
  const actions = targets.flatMap(({ actions: own = [] }) => own)
  return {
    actions:
      witnesses.length === 0
        ? actions
        : actions.map((action) => ({ ...action, check: (args, context) => action.check(args, withEnds(context, witnesses)) })),
    gauges: targets.flatMap(({ gauges }) => gauges ?? []),
  }
}

function withEnds(context: ActionContext, witnesses: readonly Target[]): ActionContext {
  const ask = async () => (await Promise.all(witnesses.map((target) => target.ends?.(context.incident, context.signal) ?? []))).flat()
  return { ...context, ends: ask }
}
