import { setTimeout as sleep } from 'node:timers/promises'

/** Knows when much comes in at once, so that other work can wait until it is over. */
export interface Lull {
  /** Counts the work as coming in while it lasts. */
  during<T>(work: () => Promise<T>): Promise<T>
  /** Settles at once in ordinary times, and in a storm when it is over, or has lasted for `atMostMs`. */
  wait(): Promise<void>
}

interface LullOptions {
  /** More than this at a time is a storm. */
  usual?: number
  /** A storm is over after such a time without one. */
  quietMs?: number
  /** Other work goes on after this time however long a storm lasts. */
  atMostMs?: number
}

/** In a storm of webhooks each answer would wait for the investigations that the others began. */
export function createLull({ usual = 2, quietMs = 100, atMostMs = 5_000 }: LullOptions = {}): Lull {
  let inHand = 0
  let lastBusy = Number.NEGATIVE_INFINITY
  let storm: Promise<void> | undefined

  const note = () => {
    if (inHand <= usual) return
    lastBusy = performance.now()
    storm ??= watch()
  }
  const watch = async () => {
    const until = performance.now() + atMostMs
    while (performance.now() < until && (inHand > usual || performance.now() - lastBusy < quietMs)) await sleep(quietMs / 2)
    storm = undefined
  }

  return {
    async during(work) {
      inHand += 1
      note()
      try {
        return await work()
      } finally {
        note()
        inHand -= 1
      }
    },
    wait: () => storm ?? Promise.resolve(),
  }
}
