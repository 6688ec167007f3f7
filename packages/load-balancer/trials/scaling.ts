// On a lab that runs: how evenly requests are spread, and whether one is lost while instances come and go.
// pnpm --filter @oncall-lab/load-balancer run scaling-trial [port offset]      (about a minute)
import { setTimeout as delay } from 'node:timers/promises'
import { paced, report, Statuses, send, TrialLab } from './trial-lab.ts'

const PER_SECOND = 200
const SHARERS = 3
const lab = new TrialLab(Number(process.argv[2] ?? 0))

/** How far the instance with the most or the fewest requests is from its share, and how many the balancer answered itself: the machine was too slow for them. */
async function unfairness(requests: number): Promise<{ unfair: number; unshared: number }> {
  const counts = new Map<string, number>()
  let unshared = 0
  await paced(PER_SECOND * 2, requests, async (n) => {
    const { backend } = await send(`${lab.shop}/items/${1 + (n % 5_000)}`)
    if (backend) counts.set(backend, (counts.get(backend) ?? 0) + 1)
    else unshared += 1
  })
  const share = (requests - unshared) / SHARERS
  console.log(`${requests} reads: ${[...counts].map(([backend, count]) => `${backend} ${count}`).join(', ')}`)
  const unfair = counts.size < SHARERS ? 1 : Math.max(...[...counts.values()].map((count) => Math.abs(count - share) / share))
  return { unfair, unshared }
}

const before = (await lab.instances()).length
await lab.scale(SHARERS)
const { unfair, unshared } = await unfairness(10_000)
await lab.scale(2)
const reads = new Statuses()
const stop = new AbortController()
const load = paced(
  PER_SECOND,
  Number.POSITIVE_INFINITY,
  async (n) => reads.add((await send(`${lab.shop}/items/${1 + (n % 5_000)}`)).status),
  stop.signal,
)
await delay(1_000)
for (const replicas of [8, 2]) {
  await lab.scale(replicas)
  await delay(1_000)
}
stop.abort()
const sent = await load
await lab.scale(before)
const failed = reads.count((status) => status !== 200)
console.log(`2, 8, 2 instances under ${PER_SECOND} reads a second: ${sent} reads, ${reads}`)
report({
  [`an instance is off its share by ${(unfair * 100).toFixed(2)} % at most (2 %)`]: unfair <= 0.02,
  [`${unshared} reads got no instance (0)`]: unshared === 0,
  [`${failed} reads failed while scaling (0)`]: failed === 0,
})
