import { setTimeout } from 'node:timers/promises'
import { Type } from 'typebox'
import { defineFault } from './fault.ts'

/** Each storage call is `latency_ms` later, on the connection that it holds meanwhile, as over a slow link. */
export const latency = defineFault({
  mode: 'latency',
  says: 'every storage call is delayed while it holds its connection',
  fields: {
    latency_ms: Type.Integer({
      minimum: 1,
      maximum: 30_000,
      default: 800,
      description: 'milliseconds that each storage call answers later',
    }),
  },
  trial: { seconds: 40, shows: ['db_phase'] },
  start({ latency_ms }, { surroundings }) {
    const ended = new AbortController()
    // Those who wait when it ends go on at once.
    surroundings.waitForStorage = () => setTimeout(latency_ms, undefined, { signal: ended.signal }).catch(() => undefined)
    return () => {
      surroundings.waitForStorage = undefined
      ended.abort()
    }
  },
})
