import type { Findings } from './findings.ts'
import { type Gauges, readGauges } from './gauges.ts'
import { judge } from './judge.ts'
import { mutate, type NastyRequest, plain } from './mutate.ts'
import type { Random } from './random.ts'
import type { Seed } from './seed.ts'
import { send } from './send.ts'

/** How many requests are under way at a time. */
const SIDE_BY_SIDE = 10
/** Requests that were answered so late are sent again, alone, to see whether they hold the event loop. */
const SUSPECT_MS = 150
const MOST_SUSPECTS = 20
const TRIES = 3

/** What came of an attack. */
export interface Tally {
  sent: number
  /** How often each status was answered; `none`: the connection ended without one. */
  statuses: Record<string, number>
  /** The ones that were answered latest. */
  suspects: NastyRequest[]
}

/** Sends so many requests, each a seed with something done to it; every seed has its turn. */
export async function attack(seeds: readonly Seed[], count: number, random: Random, findings: Findings): Promise<Tally> {
  const statuses: Record<string, number> = {}
  const late: { request: NastyRequest; ms: number }[] = []
  let sent = 0
  const worker = async () => {
    while (sent < count) {
      const n = sent++
      const seed = seeds[n % seeds.length]
      if (!seed) return
      if (n > 0 && n % 500 === 0) process.stderr.write(`${n} sent\n`)
      const request = mutate(seed, random)
      const outcome = await send(request)
      const { status = 'none', ms } = outcome
      statuses[status] = (statuses[status] ?? 0) + 1
      const problem = judge(request, outcome)
      if (problem !== undefined) findings.add(request, problem)
      if (ms > SUSPECT_MS && !request.isOpenEnded && !seed.streams) late.push({ request, ms })
    }
  }
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, worker))
  const suspects = late.toSorted((a, b) => b.ms - a.ms).slice(0, MOST_SUSPECTS)
  return { sent, statuses, suspects: suspects.map(({ request }) => request) }
}

/** Sends each of them again, alone, and adds those that hold the loop of their process for longer than that, at each of three tries. */
export async function findHolders(suspects: readonly NastyRequest[], mostMs: number, findings: Findings): Promise<number> {
  let most = 0
  for (const request of suspects) {
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

async function sideBySide<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const left = [...all]
  const worker = async () => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) await work(one)
  }
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, worker))
}

/** Every seed that only reads is answered as it was before: nothing that was sent stays as poison. */
export async function findPoison(seeds: readonly Seed[], findings: Findings): Promise<void> {
  await sideBySide(
    seeds.filter(({ method }) => method === 'GET'),
    async (seed) => {
      const request = plain(seed)
      const problem = judge(request, await send(request))
      if (problem !== undefined) findings.add({ ...request, how: `afterwards: ${request.how}` }, problem)
    },
  )
}

/** Of all that may change something, what a page of another site gets done. */
export async function findForeign(seeds: readonly Seed[], findings: Findings): Promise<number> {
  const origins = [
    { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' },
    { origin: 'https://evil.example' },
    { origin: 'null', 'content-type': 'text/plain' },
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'content-type': 'text/plain' },
  ]
  let tried = 0
  const writing = seeds.filter(({ method }) => method !== 'GET' && method !== 'HEAD')
  await sideBySide(writing, async (seed) => {
    for (const headers of origins) {
      // No page of another site knows the token of a cluster; it demands one of everybody.
      const { authorization: _token, ...known } = seed.headers
      const request = plain(seed.listener.tls ? { ...seed, headers: known } : seed, headers)
      const { status } = await send(request)
      tried += 1
      if (![401, 403, 415].includes(status ?? 0)) findings.add(request, `a foreign page got ${status}`)
    }
  })
  return tried
}

/** Follows memory and starts of the processes until it is stopped. */
export function watchProcesses(processes: Record<string, string>) {
  const seen: Record<string, { first: Gauges; last: Gauges; mostMb: number }> = {}
  let silent = 0
  const look = async () => {
    for (const [name, url] of Object.entries(processes)) {
      try {
        const gauges = await readGauges(url)
        const { first = gauges, mostMb = 0 } = seen[name] ?? {}
        seen[name] = { first, last: gauges, mostMb: Math.max(mostMb, gauges.residentMb) }
      } catch {
        silent += 1
      }
    }
  }
  let looking = look()
  const timer = setInterval(() => {
    looking = looking.then(look)
  }, 2_000)
  return {
    async stop() {
      clearInterval(timer)
      await looking
      await look()
      return { seen, silent }
    },
  }
}
