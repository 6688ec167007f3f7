// On a lab that runs: 20 rolling deploys, there and back, under 50 requests a second; then a release that never gets healthy.
// pnpm --filter @oncall-lab/process-manager run deploy-trial [port offset]      (about six minutes)
import { setTimeout as delay } from 'node:timers/promises'
import type { DeployResult, InstanceList } from '../src/api.ts'

const DEPLOYS = 20
const READS_A_SECOND = 50
const [THERE, BACK, NEVER_HEALTHY] = ['r11', 'r4', 'r10']
const offset = Number(process.argv[2] ?? 0)
const manager = `http://127.0.0.1:${7070 + offset}`
const shop = `http://127.0.0.1:${9000 + offset}`

const reads = { sent: 0, failed: new Map<string, number>() }
const underWay = new Set<Promise<void>>()

async function read(): Promise<void> {
  reads.sent++
  const path = reads.sent % 5 === 0 ? '/items?limit=20' : `/items/${1 + ((reads.sent * 7) % 5_000)}`
  const outcome = await fetch(shop + path).then(
    async (answer) => {
      await answer.arrayBuffer()
      return answer.ok ? undefined : `status ${answer.status}`
    },
    (error: Error) => error.message,
  )
  if (outcome !== undefined) reads.failed.set(outcome, (reads.failed.get(outcome) ?? 0) + 1)
}

async function deploy(release: string): Promise<DeployResult> {
  const begun = performance.now()
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ release }) }
  const answer = await fetch(`${manager}/deploy`, init)
  const result = (await answer.json()) as DeployResult
  if (!answer.ok) throw new Error(JSON.stringify(result))
  const { deployed, failed, remaining } = result
  const stop = failed ? `, stopped at ${failed.port} (${failed.reason}), left alone ${remaining.join(', ')}` : ''
  console.log(`${release}: ${deployed.length} replaced in ${((performance.now() - begun) / 1_000).toFixed(1)} s${stop}`)
  return result
}

async function instances(): Promise<InstanceList['instances']> {
  return ((await (await fetch(`${manager}/instances`)).json()) as InstanceList).instances
}

const customers = setInterval(() => {
  const request = read()
  underWay.add(request)
  void request.finally(() => underWay.delete(request))
}, 1_000 / READS_A_SECOND)

let kept = true
const check = (is: boolean, what: string) => {
  console.log(`${is ? 'kept' : 'NOT KEPT'}: ${what}`)
  kept &&= is
}

const replicas = (await instances()).length
let carriedOut = 0
for (let turn = 0; turn < DEPLOYS; turn++) {
  const release = turn % 2 === 0 ? THERE : BACK
  const { ok, deployed } = await deploy(release)
  const isThere = (await instances()).every((instance) => instance.release === release && instance.state === 'running')
  if (ok && deployed.length === replicas && isThere) carriedOut++
}
const failedSoFar = [...reads.failed.values()].reduce((sum, count) => sum + count, 0)
check(carriedOut === DEPLOYS, `${carriedOut} of ${DEPLOYS} deploys put their release on all ${replicas} instances`)
check(failedSoFar === 0, `${failedSoFar} of ${reads.sent} reads failed ${JSON.stringify([...reads.failed])}`)

const before = await instances()
const { ok, deployed, failed, remaining } = await deploy(NEVER_HEALTHY)
const after = await instances()
const untouched = after.filter(({ pid, port }) => port !== failed?.port && before.some((each) => each.pid === pid))
check(!ok && deployed.length === 0 && remaining.length === replicas - 1, `the deploy of ${NEVER_HEALTHY} stopped after one instance`)
check(untouched.length === replicas - 1, `${untouched.length} of the other ${replicas - 1} are the same processes`)
if (failed) await deploy(BACK)
await delay(1_000)
clearInterval(customers)
await Promise.all(underWay)
const all = [...reads.failed.values()].reduce((sum, count) => sum + count, 0)
check(all === 0, `${all} of ${reads.sent} reads failed with that deploy and the way back included`)
process.exit(kept ? 0 : 1)
