import { setTimeout as sleep } from 'node:timers/promises'
import type { Store } from './store/ports.ts'

/** Something that goes on until it is stopped. */
interface Watch {
  stop(): void | Promise<void>
}

interface WatchAloneOptions {
  store: Pick<Store, 'hold'>
  /** The name of the work. */
  work: string
  start: () => Promise<Watch>
  onError: (what: string, error: unknown) => void
  /** How often a process that does not watch asks whether it is its turn. */
  retryMs?: number
}

/**
 * Watches in one of the processes that share a store; when that one ends, another begins. Settles once it is known whether this one watches.
 * @throws what the first start throws.
 */
export async function watchAlone({ store, work, start, onError, retryMs = 1_000 }: WatchAloneOptions): Promise<{ stop(): Promise<void> }> {
  const ending = new AbortController()
  const tried = Promise.withResolvers<void>()
  let isFirst = true

  const attempt = () =>
    store.hold(work, async (_store, lost) => {
      const watch = await start()
      isFirst = false
      tried.resolve()
      await aborted(AbortSignal.any([ending.signal, lost]))
      await watch.stop()
    })
  const loop = async () => {
    while (!ending.signal.aborted) {
      try {
        await attempt()
      } catch (error) {
        if (isFirst) {
          tried.reject(error)
          return
        }
        onError(work, error)
      }
      isFirst = false
      tried.resolve()
      await sleep(retryMs, undefined, { signal: ending.signal, ref: false }).catch(() => {})
    }
  }
  const looping = loop()
  await tried.promise
  return {
    async stop() {
      ending.abort()
      await looping
    },
  }
}

const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
