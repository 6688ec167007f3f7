import { setTimeout } from 'node:timers/promises'
import type { Fault } from './fault.ts'

/** Each storage call waits `latency_ms` for its connection. */
export const latency: Fault = {
  mode: 'latency',
  start({ latency_ms }, surroundings) {
    const ended = new AbortController()
    // Those who wait when it ends go on at once.
    surroundings.waitForStorage = () => setTimeout(latency_ms, undefined, { signal: ended.signal }).catch(() => undefined)
    return () => {
      surroundings.waitForStorage = undefined
      ended.abort()
    }
  },
}
