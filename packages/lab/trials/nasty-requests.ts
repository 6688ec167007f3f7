// Sends thousands of malformed requests to everything that listens in a lab that runs: agent, gateway (REST, A2A, MCP), console, stand-ins, Kubernetes API, machine. Ends with 1 when
// a process fails, ends, tells of itself, holds its event loop, keeps memory, or does something for a page of another site; with 2 when it comes to no end of its own within ten minutes.
// The same seed sends the same requests.
// ./lab up --detach --kubernetes --hosts --port-offset N; pnpm --filter @oncall-lab/lab run nasty-requests-trial [--offset N] [--count 4000] [--seconds 300] [--seed 1] [--only TEXT]
import { parseArgs } from 'node:util'
import { openLab } from '../src/open-lab.ts'
import { attack, findPoison } from './nasty/attack.ts'
import { describeEnd, describeForeign, describePart, isSame } from './nasty/closing-lines.ts'
import { restoreCluster } from './nasty/cluster-seeds.ts'
import { Findings } from './nasty/findings.ts'
import { findForeign } from './nasty/foreign-pages.ts'
import { readLongestHolds } from './nasty/longest-hold.ts'
import { findHolders, watchParts } from './nasty/part-watch.ts'
import { findPlaces } from './nasty/places.ts'
import { Random } from './nasty/random.ts'

const { values } = parseArgs({
  options: {
    offset: { type: 'string', default: '0' },
    count: { type: 'string', default: '4000' },
    seconds: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
  },
})
const HELD_MS = 100
const GROWTH_MB = 150
const END_WITHIN_MS = 600_000

let doing = 'looking at the lab'
const begun = performance.now()
const findings = new Findings()
const next = (what: string) => {
  doing = what
  process.stderr.write(`${Math.round((performance.now() - begun) / 1_000)} s: ${what}\n`)
}
setTimeout(() => {
  console.log(`not at its end after ten minutes, while ${doing}; ${findings.count} kinds found:\n${findings}`)
  process.exit(2)
}, END_WITHIN_MS).unref()

const lab = openLab(Number(values.offset), process.env)
const { seeds, processes, admin, cluster } = await findPlaces(lab)
const chosen = seeds.filter(({ listener, method, path }) => `${listener.name} ${method} ${path}`.includes(values.only))
const watch = watchParts(processes)
next('sending malformed requests')
const attackBegun = performance.now()
const bound = { count: Number(values.count), until: attackBegun + Number(values.seconds) * 1_000 }
const tallies = await attack(chosen, bound, new Random(Number(values.seed)), findings)
const { seen, silent } = await watch.stop()
const scraped = await readLongestHolds(lab.book.url('prometheus'), (performance.now() - attackBegun) / 1_000)
next('putting the cluster back')
await restoreCluster(admin, cluster)
next('reading everything once more')
await findPoison(chosen, findings)
next('sending the slow ones alone')
const reports = []
for (const [name, url] of Object.entries(processes)) {
  const [tally, watched] = [tallies.get(url), seen[name]]
  if (!tally || !watched) continue
  watched.mostHeldMs = Math.max(watched.mostHeldMs, scraped[name] ?? 0)
  reports.push({ name, tally, watched, heldAloneMs: await findHolders(tally.late, HELD_MS, findings) })
}
next('asking as a page of another site')
const foreign = await findForeign(chosen, findings)

const grown = reports.filter(({ watched: { first, last } }) => last.residentMb - first.residentMb > GROWTH_MB)
const unwell = [
  ...grown.map(({ name }) => `${name} kept more than ${GROWTH_MB} MB`),
  ...reports.filter(({ watched }) => !isSame(watched)).map(({ name }) => `${name} ended`),
  ...(silent > 0 ? [`${silent} looks at /metrics were not answered`] : []),
]
const sent = reports.reduce((sum, { tally }) => sum + tally.sent, 0)
console.log(`seed ${values.seed}, ${chosen.length} seeds, ended after ${Math.round((performance.now() - begun) / 1_000)} s`)
for (const report of reports) console.log(describePart(report))
for (const [name, tally] of foreign) console.log(describeForeign(name, tally))
console.log(describeEnd(sent, findings, unwell))
process.exitCode = findings.count + unwell.length === 0 ? 0 : 1
