// Breaks a lab with a cluster that runs, and hands the same alerts to two agents: one sees the fleet through the process manager, the other through the Kubernetes API
// alone. Prints both diagnoses of each fault, and ends with 1 unless they are the same. The lab has customers: lab up --detach --kubernetes --replicas 3 --traffic 20.
// Both agents run before the fault, and get its alerts at the same moment. --keep writes the tape of each run into this folder.
// pnpm --filter @oncall-lab/lab run two-views-trial [--offset N] [--only TEXT] [--keep DIRECTORY]
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { createAddressBook } from '../src/address-book.ts'
import { calm, firing } from './two-views/alerts.ts'
import { FAULTS, giveFault, noFault, type OneFault } from './two-views/faults.ts'
import { type Finding, startAgent } from './two-views/one-agent.ts'

const { values } = parseArgs({
  options: { offset: { type: 'string', default: '0' }, only: { type: 'string', default: '' }, keep: { type: 'string' } },
})
const book = createAddressBook(Number(values.offset))
const data = new URL(`../../../.lab/${values.offset}`, import.meta.url).pathname
const cluster = join(data, 'kubernetes', 'infrastructure.json')
const VIEWS = { fleet: { FLEET: 'on' }, kubernetes: { FLEET: 'off', INFRASTRUCTURE: cluster } }

const start = (view: keyof typeof VIEWS, { mode }: OneFault) =>
  startAgent(book, { ...VIEWS[view], ...(values.keep && { MODEL_TAPE: `record:${resolve(values.keep, `${mode}-${view}`)}` }) })

async function seenBoth(fault: OneFault): Promise<[Finding, Finding]> {
  await calm(book)
  await using fleet = await start('fleet', fault)
  await using kubernetes = await start('kubernetes', fault)
  await giveFault(book, fault)
  try {
    const alerts = await firing(book, fault.alert)
    return await Promise.all([fleet.diagnose(alerts), kubernetes.diagnose(alerts)])
  } finally {
    await noFault(book)
  }
}

const words = ({ cause, confidence, instances }: Finding) => `${cause} ${confidence.toFixed(2)} (${instances.join(', ')})`
let differ = 0
console.log('| fault | seen by the process manager | seen by the Kubernetes API | |\n|---|---|---|---|')
for (const fault of FAULTS.filter(({ mode }) => mode.includes(values.only))) {
  const [fleet, kubernetes] = await seenBoth(fault)
  const isSame = fleet.cause === kubernetes.cause && fleet.instances.join() === kubernetes.instances.join()
  differ += Number(!isSame)
  console.log(`| ${fault.mode} | ${words(fleet)} | ${words(kubernetes)} | ${isSame ? 'same' : 'DIFFER'} |`)
  if (!isSame) console.log(`\nby the process manager: ${fleet.words}\nby the Kubernetes API: ${kubernetes.words}\n`)
}
process.exitCode = differ > 0 ? 1 : 0
