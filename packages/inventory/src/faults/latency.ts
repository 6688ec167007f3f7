import { setTimeout } from 'node:timers/promises'
import type { Fault } from './fault.ts'

/** Each storage call is `latency_ms` later, on the connection that it holds meanwhile, as over a slow link. */
export const latency: Fault = {
  mode: 'latency',
  start({ latency_ms }, { surroundings }) {
    const ended = new AbortController()
    // Those who wait when it ends go on at once.
    surroundings.waitForStorage = () => setTimeout(latency_ms, undefined, { signal: ended.signal }).catch(() => undefined)
    return () => {
      surroundings.waitForStorage = undefined
      ended.abort()
    }
  },
}
