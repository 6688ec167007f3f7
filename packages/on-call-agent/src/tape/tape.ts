import type { Incident } from '../api.ts'
import type { Tool } from '../functions/tool.ts'
import type { Model } from '../models/model.ts'
import type { Target } from '../targets/target.ts'

/** What stands between a run and its model and functions: it writes down what they say, or plays it again. */
export interface Tape {
  /** The model for the run about this incident. */
  model(model: Model, subject: Incident): Model
  targets(targets: readonly Target[]): Target[]
  tools<T extends Tool>(tools: readonly T[]): T[]
  /** Settles when all that was said is written. */
  written(): Promise<void>
}

/** The same target with other functions. What it sees and its functions may change while it runs, so they are read each time. */
export function withFunctions(target: Target, change: (tools: readonly Tool[]) => Tool[], covers: Target['covers']): Target {
  let known: { from: readonly Tool[]; changed: Tool[] } | undefined
  return Object.defineProperties(
    { ...target, covers },
    {
      sees: { enumerable: true, get: () => target.sees },
      functions: {
        enumerable: true,
        get() {
          const from = target.functions
          if (known?.from !== from) known = { from, changed: change(from) }
          return known.changed
        },
      },
    },
  )
}
