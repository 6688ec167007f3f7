import { setTimeout as sleep } from 'node:timers/promises'
import type { Store } from './store/ports.ts'

interface RetentionOptions {
  store: Pick<Store, 'incidents'>
  /** Resolved incidents are kept for so many days; 0: for ever. */
  days: number
  onError: (what: string, error: unknown) => void
  everyMs?: number
  now?: () => number
}

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
/** In one change: alerts must not wait for long. */
const AT_ONCE = 10

/** Forgets what is older than it is kept, now and every hour, until it is stopped. */
export async function watchRetention({ store, days, onError, everyMs = HOUR_MS, now = Date.now }: RetentionOptions) {
  const ending = new AbortController()
  const forget = async () => {
    while (!ending.signal.aborted && (await store.incidents.prune(new Date(now() - days * DAY_MS), AT_ONCE)) === AT_ONCE);
  }
  const loop = async () => {
    while (days > 0 && !ending.signal.aborted) {
      await forget().catch((error: unknown) => onError('forgetting old incidents', error))
      await sleep(everyMs, undefined, { signal: ending.signal, ref: false }).catch(() => {})
    }
  }
  const running = loop()
  return {
    async stop() {
      ending.abort()
      await running
    },
  }
}
