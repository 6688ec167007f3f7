import { Type } from 'typebox'
import { defineFault } from '../src/faults/fault.ts'

/** A fault that no lab has: the proof that adding one takes one file, and one line in a list. Customers wait in a queue of their own. */
export const slowDoor = defineFault({
  mode: 'slow_door',
  says: 'each request waits at the door',
  fields: {
    /** How long each request waits. */
    door_ms: Type.Integer({ minimum: 1, maximum: 1_000, default: 10 }),
  },
  trial: { seconds: 40, shows: ['queue_phase'] },
  start({ door_ms }, { surroundings }) {
    surroundings.waitForRequest = () => new Promise((resolve) => setTimeout(resolve, door_ms))
    return () => {
      surroundings.waitForRequest = undefined
    }
  },
})
