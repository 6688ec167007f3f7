import type { Model } from './model.ts'
import { ModelError } from './model-error.ts'

/** When a model is left alone, and for how long. */
export interface CircuitSettings {
  /** Time-outs in a row. */
  timeouts: number
  openMs: number
}

/**
 * A model that hangs is asked no more: after so many time-outs in a row every request fails at once as `model_resting`, until the time is over and one
 * request at a time may find out whether it answers again.
 */
export function withCircuitBreaker(model: Model, { timeouts, openMs }: CircuitSettings, now: () => number = Date.now): Model {
  let inARow = 0
  let openUntil = 0
  let isProbing = false

  const isTimeout = (error: unknown) => error instanceof ModelError && error.code === 'model_timeout'

  return {
    name: model.name,
    ...(model.id !== undefined && { id: model.id }),
    async answer(transcript, tools, signal) {
      const isOpen = inARow >= timeouts
      if (isOpen && (now() < openUntil || isProbing)) {
        throw new ModelError('model_resting', `The model server gave no answer ${inARow} times in a row and is left alone for a while`)
      }
      isProbing = isOpen
      try {
        const answer = await model.answer(transcript, tools, signal)
        inARow = 0
        return answer
      } catch (error) {
        // A caller that ran out of time says nothing about the server.
        if (isTimeout(error)) {
          inARow += 1
          openUntil = now() + openMs
        } else if (!signal.aborted) inARow = 0
        throw error
      } finally {
        if (isOpen) isProbing = false
      }
    },
  }
}
