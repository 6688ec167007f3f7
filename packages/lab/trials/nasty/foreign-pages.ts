import type { Findings } from './findings.ts'
import { plain } from './mutate.ts'
import type { Seed } from './seed.ts'
import { send } from './send.ts'
import { sideBySide } from './side-by-side.ts'

/** As browsers send the requests of a page of another site: asked first, an old browser's, from a sandbox, and without asking. */
const FOREIGN: readonly Record<string, string>[] = [
  { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' },
  { origin: 'https://evil.example' },
  { origin: 'null', 'content-type': 'text/plain' },
  { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'content-type': 'text/plain' },
]
const REFUSALS = [401, 403, 415]

/** What pages of another site tried at the routes of one listener. */
export interface ForeignTally {
  /** Method and path, without the query. */
  routes: Set<string>
  tried: number
  refused: Record<string, number>
}

/** Tries everything that may change something as a page of another site does; returns what came of it by listener. */
export async function findForeign(seeds: readonly Seed[], findings: Findings): Promise<Map<string, ForeignTally>> {
  const tallies = new Map<string, ForeignTally>()
  const writing = seeds.filter(({ method }) => method !== 'GET' && method !== 'HEAD')
  await sideBySide(writing, async (seed) => {
    const { name, tls } = seed.listener
    const tally = tallies.get(name) ?? { routes: new Set(), tried: 0, refused: {} }
    tallies.set(name, tally)
    tally.routes.add(`${seed.method} ${seed.path.split('?', 1)[0]}`)
    for (const headers of FOREIGN) {
      // No page of another site knows the token of a cluster; it demands one of everybody.
      const { authorization: _token, ...known } = seed.headers
      const request = plain(tls ? { ...seed, headers: known } : seed, headers)
      const { status = 0 } = await send(request)
      tally.tried += 1
      if (REFUSALS.includes(status)) tally.refused[status] = (tally.refused[status] ?? 0) + 1
      else findings.add(request, `a foreign page got ${status || 'no answer'}`)
    }
  })
  return tallies
}
