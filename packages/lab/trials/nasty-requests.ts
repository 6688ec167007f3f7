// Sends thousands of malformed requests to everything that listens in a lab that runs: agent, gateway (REST, A2A, MCP), console, stand-ins, Kubernetes API, machine. Ends with 1 when
// a process fails, ends, tells of itself, holds its event loop, keeps memory, or does something for a page of another site. The same seed sends the same requests.
// ./lab up --detach --kubernetes --hosts --port-offset N; pnpm --filter @oncall-lab/lab run nasty-requests-trial [--offset N] [--count 4000] [--seed 1] [--only TEXT]
import { parseArgs } from 'node:util'
import { openLab } from '../src/open-lab.ts'
import { attack, findForeign, findHolders, findPoison, watchProcesses } from './nasty/attack.ts'
import { restoreCluster } from './nasty/cluster-seeds.ts'
import { Findings } from './nasty/findings.ts'
import { findPlaces } from './nasty/places.ts'
import { Random } from './nasty/random.ts'

const { values } = parseArgs({
  options: {
    offset: { type: 'string', default: '0' },
    count: { type: 'string', default: '4000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
  },
})
const HELD_MS = 100
const GROWTH_MB = 150

const lab = openLab(Number(values.offset), process.env)
const { seeds, processes, admin, cluster } = await findPlaces(lab)
const chosen = seeds.filter(({ listener, method, path }) => `${listener.name} ${method} ${path}`.includes(values.only))
const findings = new Findings()
const watch = watchProcesses(processes)
const { sent, statuses, suspects } = await attack(chosen, Number(values.count), new Random(Number(values.seed)), findings)
const { seen, silent } = await watch.stop()
await restoreCluster(admin, cluster)
await findPoison(chosen, findings)
const most = await findHolders(suspects, HELD_MS, findings)
const foreign = await findForeign(chosen, findings)

console.log(`${sent} requests from ${chosen.length} seeds, seed ${values.seed}: ${JSON.stringify(statuses)}`)
console.log(`${suspects.length} of them sent again alone: the event loop was held for ${Math.round(most)} ms at most (limit ${HELD_MS})`)
console.log(`${foreign} requests of foreign pages; ${silent} looks at /metrics without an answer`)
let unwell = silent
for (const [name, { first, last, mostMb }] of Object.entries(seen)) {
  const isSame = first.startedAt === last.startedAt
  const grown = last.residentMb - first.residentMb
  console.log(
    `${name}: ${Math.round(first.residentMb)} MB before, ${Math.round(mostMb)} at most, ${Math.round(last.residentMb)} after; ${isSame ? 'the same process' : 'STARTED ANEW'}`,
  )
  unwell += Number(!isSame) + Number(grown > GROWTH_MB)
}
console.log(findings.count === 0 ? 'nothing found' : `${findings.count} found:\n${findings}`)
process.exitCode = findings.count + unwell === 0 ? 0 : 1
