// Breaks the cluster of a lab that runs in each way that a fleet has not, waits for the alert, and prints what an agent that sees the cluster alone makes of it, beside the cause that is right.
// Ends with 1 when one differs. The lab: lab up --detach --kubernetes --traffic 8.
// pnpm --filter @oncall-lab/lab run cluster-breaks-trial [--offset N] [--only image]
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { breakCluster, mendCluster } from '../src/cluster/break-cluster.ts'
import { openLab } from '../src/open-lab.ts'
import { firing } from './two-views/alerts.ts'
import { diagnoseWith } from './two-views/one-agent.ts'

const BREAKS = [
  { what: 'image', alert: 'ImagePullBackOff', causes: ['bad_release'] },
  { what: 'room', alert: 'PodPending', causes: ['resource_exhausted'] },
  { what: 'memory', alert: 'PodOOMKilled', causes: ['out_of_memory'] },
] as const
/** The pods have settled, and Prometheus has seen them. */
const CALM_MS = 12_000

const { values } = parseArgs({ options: { offset: { type: 'string', default: '0' }, only: { type: 'string', default: '' } } })
const lab = openLab(Number(values.offset), process.env)
const view = { FLEET: 'off', INFRASTRUCTURE: join(lab.directory.kubernetes, 'infrastructure.json') }

let wrong = 0
console.log('| break | alert after | verdict | of | right |\n|---|---|---|---|---|')
for (const { what, alert, causes } of BREAKS.filter(({ what }) => what.includes(values.only))) {
  const begun = Date.now()
  await breakCluster(lab, what)
  try {
    const alerts = await firing(lab.book, alert)
    const seconds = Math.round((Date.now() - begun) / 1_000)
    const { cause, confidence, instances, words } = await diagnoseWith(lab.book, view, alerts)
    const isRight = (causes as readonly string[]).includes(cause)
    wrong += Number(!isRight)
    console.log(
      `| ${what} | ${seconds} s | ${cause} ${confidence.toFixed(2)}: ${words} | ${instances.join(', ')} | ${isRight ? 'yes' : `no: ${causes.join(' or ')}`} |`,
    )
  } catch (error) {
    wrong += 1
    console.log(`| ${what} | – | ${error instanceof Error ? error.message : error} | | no |`)
  }
  await mendCluster(lab)
  await sleep(CALM_MS)
}
process.exitCode = wrong > 0 ? 1 : 0
