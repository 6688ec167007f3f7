// Breaks a lab with a cluster that runs, and hands the same alerts to two agents: one sees the fleet through the process manager, the other through the Kubernetes API
// alone. Prints both diagnoses of each fault, and ends with 1 unless they are the same. The lab has customers: lab up --detach --kubernetes --replicas 3 --traffic 20.
// pnpm --filter @oncall-lab/lab run two-views-trial [--offset N] [--only TEXT]
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createAddressBook } from '../src/address-book.ts'
import { calm, firing } from './two-views/alerts.ts'
import { FAULTS, giveFault, noFault } from './two-views/faults.ts'
import { diagnoseWith } from './two-views/one-agent.ts'

const { values } = parseArgs({ options: { offset: { type: 'string', default: '0' }, only: { type: 'string', default: '' } } })
const book = createAddressBook(Number(values.offset))
const data = new URL(`../../../.lab/${values.offset}`, import.meta.url).pathname
const cluster = join(data, 'kubernetes', 'infrastructure.json')
const views = { fleet: { FLEET: 'on' }, kubernetes: { FLEET: 'off', INFRASTRUCTURE: cluster } }

let differ = 0
console.log('| fault | seen by the process manager | seen by the Kubernetes API | |\n|---|---|---|---|')
for (const fault of FAULTS.filter(({ mode }) => mode.includes(values.only))) {
  await calm(book)
  await giveFault(book, fault)
  const alerts = await firing(book, fault.alert)
  const [fleet, kubernetes] = await Promise.all([diagnoseWith(book, views.fleet, alerts), diagnoseWith(book, views.kubernetes, alerts)])
  await noFault(book)
  const isSame = fleet.cause === kubernetes.cause && fleet.instances.join() === kubernetes.instances.join()
  differ += Number(!isSame)
  const words = ({ cause, confidence, instances }: typeof fleet) => `${cause} ${confidence.toFixed(2)} (${instances.join(', ')})`
  console.log(`| ${fault.mode} | ${words(fleet)} | ${words(kubernetes)} | ${isSame ? 'same' : 'DIFFER'} |`)
}
process.exitCode = differ > 0 ? 1 : 0
