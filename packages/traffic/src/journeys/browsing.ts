import { Queue } from '../engine/queue.ts'
import type { Random } from '../random.ts'
import { nextInListing } from './listing-order.ts'
import type { PlannedRequest } from './operation.ts'

/** What browsing needs to know of the catalogue: ids are 1..keyspace. */
export interface BrowseSettings {
  keyspace: number
}

/** Journeys from a page of the list to an item on it. */
export interface Browsing {
  /** The request of the page that begins after `after`; remembers that somebody will look at one of its items. */
  list(at: number, after: number, random: Random): () => PlannedRequest
  /** The item that the next one who has looked at a page for long enough goes on to, if there is one. */
  follow(at: number): number | undefined
}

const PAGE = 20
/** How long somebody looks at a page, in seconds. */
const LOOKS_FOR = 0.5
/** More than these are forgotten, the oldest first. */
const MOST_VISITORS = 10_000

/** Nobody is browsing yet. Times are seconds since the start, ascending. */
export function createBrowsing({ keyspace }: BrowseSettings): Browsing {
  const visitors = new Queue<{ from: number; id: number }>()
  return {
    list(at, after, random) {
      let id = after
      for (let step = Math.floor(random() * PAGE); step >= 0; step -= 1) id = nextInListing(id, keyspace) ?? id
      visitors.push({ from: at + LOOKS_FOR, id })
      if (visitors.length > MOST_VISITORS) visitors.shift()
      return () => ({ operation: 'list_items', method: 'GET', path: `/items?limit=${PAGE}&after=${after}` })
    },
    follow(at) {
      const first = visitors.peek()
      return first && first.from <= at ? visitors.shift()?.id : undefined
    },
  }
}
