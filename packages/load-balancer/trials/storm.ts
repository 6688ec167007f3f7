// On a lab that runs: 20,000 reservations with unique ids at 500 a second, and reads beside them, while an instance is killed every two seconds.
// The shop's own table of reservations is the ledger: the quantity of each reservation is its id.
// pnpm --filter @oncall-lab/load-balancer run storm-trial [port offset] [reservations]      (about a minute)
import { setTimeout as delay } from 'node:timers/promises'
import { query } from '@oncall-lab/postgres-server/query'
import { shopUrl } from '@oncall-lab/postgres-server/server'
import { paced, report, Statuses, send, TrialLab } from './trial-lab.ts'

const REPLICAS = 6
const ITEMS = 100
const PER_SECOND = 500
const READS_PER_SECOND = 200
const KILL_EVERY_MS = 2_000
const [offset = '0', count = '20000'] = process.argv.slice(2)
const lab = new TrialLab(Number(offset))
const reservations = Number(count)
const prefix = `storm-${Date.now()}-`
const statusOf = new Map<number, number>()
const writes = new Statuses()
const reads = new Statuses()

async function reserve(n: number): Promise<void> {
  const id = n + 1
  const { status } = await send(`${lab.shop}/items/${prefix}${id % ITEMS}/reservations`, 'POST', { quantity: id })
  statusOf.set(id, status)
  writes.add(status)
}

async function read(n: number): Promise<void> {
  reads.add((await send(`${lab.shop}/items/${1 + (n % 5_000)}`)).status)
}

/** One after the other, so that none is given up for too many starts a minute. */
async function killInstances(signal: AbortSignal): Promise<number> {
  let killed = 0
  for (; !signal.aborted; await delay(KILL_EVERY_MS, undefined, { signal }).catch(() => {})) {
    const running = await lab.running()
    const victim = running[killed % running.length]
    if (!victim?.pid) continue
    process.kill(victim.pid, 'SIGKILL')
    killed++
  }
  return killed
}

async function readLedger(): Promise<Map<number, number>> {
  const rows = await query(
    shopUrl(lab.postgresPort),
    `SELECT quantity, count(*)::int FROM reservations WHERE item_id LIKE '${prefix}%' GROUP BY quantity`,
  )
  return new Map(rows.map(({ quantity, count: times }) => [Number(quantity), Number(times)]))
}

const before = (await lab.instances()).length
await lab.scale(REPLICAS)
for (let item = 0; item < ITEMS; item++)
  await send(`${lab.shop}/items/${prefix}${item}`, 'PUT', { name: 'Storm', price: 1, manufacturer: 'Trial', quantity: 1e9 })
const stop = new AbortController()
const others = Promise.all([killInstances(stop.signal), paced(READS_PER_SECOND, Number.POSITIVE_INFINITY, read, stop.signal)])
const begun = performance.now()
await paced(PER_SECOND, reservations, reserve)
const seconds = (performance.now() - begun) / 1_000
stop.abort()
const [killed] = await others
const ledger = await readLedger()
const twice = [...ledger.values()].filter((times) => times > 1).length
const lost = [...statusOf].filter(([id, status]) => status >= 200 && status < 300 && !ledger.has(id)).length
const unanswered = [...statusOf].filter(([id, status]) => (status < 200 || status >= 300) && ledger.has(id)).length
const givenUp = (await lab.instances()).filter(({ state }) => state === 'fatal').length
const failed = writes.count((status) => status < 200 || status >= 300)
console.log(
  `${reservations} reservations in ${seconds.toFixed(1)} s, ${killed} kills: ${writes}; ${unanswered} of the failed ones had been carried out`,
)
console.log(`reads meanwhile: ${reads}`)
report({
  [`${(reservations / seconds).toFixed(0)} reservations a second (${PER_SECOND})`]: reservations / seconds >= PER_SECOND * 0.95,
  [`${killed} kills, one every ${(seconds / killed).toFixed(2)} s (2 s); ${givenUp} instances given up (0)`]:
    seconds / killed <= (KILL_EVERY_MS / 1_000) * 1.1 && givenUp === 0,
  [`${twice} executed twice (0)`]: twice === 0,
  [`${lost} with a 2xx and not in the ledger (0)`]: lost === 0,
  [`${((failed / reservations) * 100).toFixed(2)} % of the reservations failed (at most 1.5 %)`]: failed / reservations <= 0.015,
  [`${failed - writes.count((status) => [502, 503, 504].includes(status))} of them with another status than 502, 503, 504 (0)`]:
    failed === writes.count((status) => [502, 503, 504].includes(status)),
  [`${reads.count((status) => status !== 200)} reads failed (0)`]: reads.count((status) => status !== 200) === 0,
})
await lab.scale(before)
