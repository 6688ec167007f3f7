import { setTimeout } from 'node:timers/promises'
import type { InstanceList } from '@oncall-lab/process-manager/api'
import type { Indicator } from './indicators.ts'
import { type Scrape, scrape } from './scrape.ts'

/** What was seen of an indicator in one stretch of time. */
export interface Seen {
  /** In the order of time; seconds since the stretch began. */
  points: { second: number; value: number }[]
}

const EVERY_MS = 1_000

/** Reads the indicators each second. */
export class Watch {
  readonly #processManager: string
  #last: Scrape | undefined

  constructor(processManager: string) {
    this.#processManager = processManager
  }

  /** Reads until `isOver` says so, or so many seconds. */
  async look<I extends Indicator>(indicators: readonly I[], seconds: number, isOver: (seen: Map<I, Seen>) => boolean = () => false) {
    const seen = new Map<I, Seen>(indicators.map((indicator) => [indicator, { points: [] }]))
    const begin = performance.now()
    while (performance.now() - begin < seconds * 1_000 && !isOver(seen)) {
      await setTimeout(EVERY_MS)
      const now = await this.#scrape()
      for (const indicator of indicators) {
        const value = this.#last && indicator.read(this.#last, now)
        if (value !== undefined) seen.get(indicator)?.points.push({ second: (performance.now() - begin) / 1_000, value })
      }
      this.#last = now
    }
    return seen
  }

  async #scrape(): Promise<Scrape> {
    const answer = await fetch(`${this.#processManager}/instances`)
    const { instances } = (await answer.json()) as InstanceList
    return scrape(
      this.#processManager,
      instances.map(({ instance }) => `http://${instance}`),
    )
  }
}
