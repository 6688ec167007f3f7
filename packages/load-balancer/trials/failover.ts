// On a lab that runs: kills one of three instances under reads and writes, then all of them.
// pnpm --filter @oncall-lab/load-balancer run failover-trial [port offset]      (about half a minute)
import { setTimeout as delay } from 'node:timers/promises'
import { paced, report, Statuses, send, TrialLab } from './trial-lab.ts'

const REPLICAS = 3
const PER_SECOND = 200
const ROUNDS = 5
/** LB_REFRESH_SEC, by default. */
const REFRESH_SECONDS = 1
const lab = new TrialLab(Number(process.argv[2] ?? 0))
const statuses = new Statuses()

async function readOrWrite(n: number): Promise<void> {
  const body = { name: `Item ${n}`, price: 1, manufacturer: 'Trial', quantity: 100 }
  const path = `${lab.shop}/items/${1 + (n % 5_000)}`
  statuses.add((await (n % 2 ? send(path) : send(path, 'PUT', body))).status)
}

/** Seconds until it is so. */
async function until(isSo: () => Promise<boolean>): Promise<number> {
  const begun = performance.now()
  while (!(await isSo())) {
    if (performance.now() - begun > 30_000) throw new Error('it did not happen within 30 s')
    await delay(10)
  }
  return (performance.now() - begun) / 1_000
}

async function killOne(round: number): Promise<{ ejected: number; back: number }> {
  const victim = (await lab.running())[round % REPLICAS]
  if (!victim?.pid) throw new Error('no instance to kill')
  process.kill(victim.pid, 'SIGKILL')
  const ejected = await until(async () => (await lab.available()) < REPLICAS)
  await until(async () => (await lab.running()).length === REPLICAS)
  const back = await until(async () => (await lab.available()) === REPLICAS)
  await delay(1_000)
  return { ejected, back }
}

/** The slowest of twenty answers while nobody is there, and their statuses. */
async function askNobody(): Promise<{ slowest: number; isToldToComeBack: boolean; seen: Statuses }> {
  const seen = new Statuses()
  const answers = []
  for (let n = 0; n < 20; n++) answers.push(await send(`${lab.shop}/items/1`))
  for (const { status } of answers) seen.add(status)
  const isToldToComeBack = answers.every(({ headers }) => headers.has('retry-after'))
  return { slowest: Math.max(...answers.map(({ ms }) => ms)), isToldToComeBack, seen }
}

const before = (await lab.instances()).length
await lab.scale(REPLICAS)
await send(`${lab.shop}/items/1`)
const stop = new AbortController()
const load = paced(PER_SECOND, Number.POSITIVE_INFINITY, readOrWrite, stop.signal)
await delay(1_000)
const kills = []
for (let round = 0; round < ROUNDS; round++) kills.push(await killOne(round))
stop.abort()
const sent = await load
for (const { pid } of await lab.running()) if (pid) process.kill(pid, 'SIGKILL')
// In the very moment of the kill a request may still meet a connection that breaks under it: that is a 502.
await delay(50)
const killed = await askNobody()
await lab.scale(0)
const scaled = await askNobody()
await lab.scale(before)

const failed = statuses.count((status) => status < 200 || status > 299)
const ejected = Math.max(...kills.map((kill) => kill.ejected))
const back = Math.max(...kills.map((kill) => kill.back))
console.log(`${ROUNDS} kills of one of ${REPLICAS} under ${PER_SECOND} reads and writes a second: ${sent} requests, ${statuses}`)
console.log(`all killed: ${killed.seen}; none wanted: ${scaled.seen}`)
report({
  [`${failed} requests failed (0)`]: failed === 0,
  [`out of use after ${ejected.toFixed(2)} s at most (1 s)`]: ejected <= 1,
  [`in use again ${back.toFixed(2)} s after it ran, at most (two refreshes, ${2 * REFRESH_SECONDS} s)`]: back <= 2 * REFRESH_SECONDS,
  [`all killed: answered within ${killed.slowest.toFixed(1)} ms (50 ms), with 503 and Retry-After`]:
    killed.slowest <= 50 && killed.isToldToComeBack && killed.seen.count((status) => status !== 503) === 0,
  [`none wanted: answered within ${scaled.slowest.toFixed(1)} ms (50 ms), with 503 and Retry-After`]:
    scaled.slowest <= 50 && scaled.isToldToComeBack && scaled.seen.count((status) => status !== 503) === 0,
})
