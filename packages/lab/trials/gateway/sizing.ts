import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { callAgent } from '../../src/agent-access.ts'
import { openLab } from '../../src/open-lab.ts'
import { investigate, webhook } from './investigations.ts'

/**
 * What incidents and alerts cost the agent: `pnpm --filter @oncall-lab/lab run sizing-trial [port offset] [incidents]` on a lab that runs and is well, with its
 * usual model and SQLite. CPU and memory are the agent's own figures (`/metrics`), the database is measured by its pages.
 */
const [offset = 0, incidents = 10] = process.argv.slice(2).map(Number)
const ALERTS = 300
const AT_REST_SECONDS = 20

const lab = openLab(offset, process.env)
await using agent = callAgent(lab, 20_000)

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${lab.book.url('agent')}/metrics`)).text()
  return Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN)
}

/** Pages in use, those that are still in the log included. */
function databaseBytes(): number {
  using db = new DatabaseSync(lab.directory.agentDb, { readOnly: true })
  const pragma = (name: string) => Number(Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0])
  return (pragma('page_count') - pragma('freelist_count')) * pragma('page_size')
}

const reading = async () => ({ cpu: await metric('process_cpu_seconds_total'), bytes: databaseBytes(), at: performance.now() })
const memoryMb = async () => Math.round((await metric('process_resident_memory_bytes')) / 1_048_576)
const round = (value: number) => Math.round(value * 10) / 10

await investigate(agent, 0) // What is loaded once is no cost of an incident.
const rest = await reading()
await sleep(AT_REST_SECONDS * 1_000)
const before = await reading()
const restMb = await memoryMb()
const restCpu = (before.cpu - rest.cpu) / ((before.at - rest.at) / 1_000)

for (let n = 1; n <= incidents; n += 1) await investigate(agent, n)
const after = await reading()
const seconds = (after.at - before.at) / 1_000
console.log(
  JSON.stringify({
    atRest: { memoryMb: restMb, cpuPercent: round(100 * restCpu) },
    perIncident: {
      cpuMs: Math.round((1_000 * (after.cpu - before.cpu - restCpu * seconds)) / incidents),
      databaseKb: round((after.bytes - before.bytes) / 1_024 / incidents),
      memoryMb: await memoryMb(),
    },
  }),
)

// One incident that stays, whose alerts come again and again, and then as many others that join it.
const startsAt = new Date().toISOString()
const send = async (instanceOf: (n: number) => string) => {
  const begun = await reading()
  for (let n = 0; n < ALERTS; n += 1) await agent.post('/alerts', webhook('InventoryHighLatency', { startsAt, instance: instanceOf(n) }))
  const done = await reading()
  const took = (done.at - begun.at) / 1_000
  return {
    cpuMs: round((1_000 * (done.cpu - begun.cpu - restCpu * took)) / ALERTS),
    databaseBytes: Math.round((done.bytes - begun.bytes) / ALERTS),
    aSecond: Math.round(ALERTS / took),
  }
}
await agent.post('/alerts', webhook('InventoryHighLatency', { startsAt, instance: 'sizing' }))
await sleep(15_000) // Its investigation.
const repeated = await send(() => 'sizing')
const joining = await send((n) => `sizing-${n}`)
console.log(JSON.stringify({ perRepeatedAlert: repeated, perNewAlertOfAnIncident: joining, memoryMb: await memoryMb() }))
const endsAt = new Date().toISOString()
for (const instance of ['sizing', ...Array.from({ length: ALERTS }, (_, n) => `sizing-${n}`)])
  await agent.post('/alerts', webhook('InventoryHighLatency', { startsAt, endsAt, instance }))
