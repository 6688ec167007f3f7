import type { Findings } from './findings.ts'
import { type Gauges, readGauges } from './gauges.ts'
import type { NastyRequest } from './mutate.ts'
import { send } from './send.ts'

const EVERY_MS = 2_000
const TRIES = 3
const MOST_SUSPECTS = 8

/** What was seen of one process. */
export interface Watched {
  first: Gauges
  last: Gauges
  mostMb: number
  /** The longest that its event loop was held at once, by all that was sent to it at that time. */
  mostHeldMs: number
}

/** Follows memory, event loop and starts of the processes until it is stopped. `silent`: how many looks were not answered. */
export function watchParts(processes: Record<string, string>) {
  const seen: Record<string, Watched> = {}
  let silent = 0
  const look = async () => {
    for (const [name, url] of Object.entries(processes)) {
      try {
        const gauges = await readGauges(url)
        const { first = gauges, mostMb = 0, mostHeldMs = 0 } = seen[name] ?? {}
        // What was held before the first look is no work of ours.
        const heldMs = first === gauges ? 0 : gauges.heldMs
        seen[name] = { first, last: gauges, mostMb: Math.max(mostMb, gauges.residentMb), mostHeldMs: Math.max(mostHeldMs, heldMs) }
      } catch {
        silent += 1
      }
    }
  }
  let looking = look()
  const timer = setInterval(() => {
    looking = looking.then(look)
  }, EVERY_MS)
  return {
    async stop() {
      clearInterval(timer)
      await looking
      await look()
      return { seen, silent }
    },
  }
}

/** Sends the first of them again, alone; adds those that hold the loop of their process for longer than that at each of three tries. Returns the longest. */
export async function findHolders(late: readonly NastyRequest[], mostMs: number, findings: Findings): Promise<number> {
  let most = 0
  for (const request of late.slice(0, MOST_SUSPECTS)) {
    const held: number[] = []
    for (let i = 0; i < TRIES; i += 1) {
      await readGauges(request.seed.listener.metrics)
      // Some answers take long because somebody is asked meanwhile: what holds the loop does so at once.
      await send({ ...request, isOpenEnded: true })
      held.push((await readGauges(request.seed.listener.metrics)).heldMs)
      if ((held.at(-1) ?? 0) <= mostMs) break
    }
    const least = Math.min(...held)
    most = Math.max(most, least)
    if (least > mostMs) findings.add(request, `held the event loop for ${Math.round(least)} ms`)
  }
  return most
}
