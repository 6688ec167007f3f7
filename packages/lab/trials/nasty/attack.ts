import type { Findings } from './findings.ts'
import { judge } from './judge.ts'
import { mutate, type NastyRequest, plain } from './mutate.ts'
import type { Random } from './random.ts'
import type { Seed } from './seed.ts'
import { send } from './send.ts'
import { sideBySide } from './side-by-side.ts'

/** Requests that were answered so late are sent again, alone, to see whether they hold the event loop. */
const SUSPECT_MS = 150

/** What came of an attack on one process. */
export interface Tally {
  sent: number
  /** How often each status was answered; `none`: the connection ended without one. */
  statuses: Record<string, number>
  /** Those that were answered late, the latest first. */
  late: NastyRequest[]
}

/** How long an attack goes on: so many requests, and no later than that by the clock of `performance`. */
export interface Bound {
  count: number
  until: number
}

/** Sends requests, each a seed with something done to it; every seed has its turn. Returns what came of it by process, named by its address. */
export async function attack(
  seeds: readonly Seed[],
  { count, until }: Bound,
  random: Random,
  findings: Findings,
): Promise<Map<string, Tally>> {
  const tallies = new Map<string, Gathering>()
  const numbers = (function* () {
    for (let n = 0; n < count && performance.now() < until; n += 1) yield n
  })()
  await sideBySide(numbers, async (n) => {
    const seed = seeds[n % seeds.length]
    if (!seed) return
    if (n > 0 && n % 500 === 0) process.stderr.write(`${n} sent\n`)
    const request = mutate(seed, random)
    const outcome = await send(request)
    const { status = 'none', ms } = outcome
    const tally = tallies.get(seed.listener.metrics) ?? newTally()
    tallies.set(seed.listener.metrics, tally)
    tally.sent += 1
    tally.statuses[status] = (tally.statuses[status] ?? 0) + 1
    const problem = judge(request, outcome)
    if (problem !== undefined) findings.add(request, problem)
    if (ms > SUSPECT_MS && !request.isOpenEnded && !seed.streams) tally.times.set(request, ms)
  })
  for (const tally of tallies.values()) tally.late = [...tally.times].toSorted(([, a], [, b]) => b - a).map(([request]) => request)
  return tallies
}

/** A tally with the time that each late answer took. */
type Gathering = Tally & { times: Map<NastyRequest, number> }

const newTally = (): Gathering => ({ sent: 0, statuses: {}, late: [], times: new Map() })

/** Every seed that only reads is answered as it was before: nothing that was sent stays as poison. */
export async function findPoison(seeds: readonly Seed[], findings: Findings): Promise<void> {
  const reads = seeds.filter(({ method }) => method === 'GET')
  await sideBySide(reads, async (seed) => {
    const request = plain(seed)
    const problem = judge(request, await send(request))
    if (problem !== undefined) findings.add({ ...request, how: `afterwards: ${request.how}` }, problem)
  })
}
