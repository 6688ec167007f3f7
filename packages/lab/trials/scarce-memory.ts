// Takes the machine's memory until 1 GB is available, then gives each fault to a lab that runs, and looks how much was left and whether anybody was killed for it.
// pnpm --filter @oncall-lab/lab run scarce-memory-trial [port offset]      (about five minutes; Linux only)
import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import type { FleetFaultResult, InstanceList } from '@oncall-lab/process-manager/api'
import { createAddressBook } from '../src/address-book.ts'
import { startShoppers } from './fault/shoppers.ts'
import { TRIALS } from './fault/trials.ts'

const LEFT_MB = 1_024
const EACH_SECONDS = 20
const book = createAddressBook(Number(process.argv[2] ?? 0))
const manager = book.url('processManager')

function availableMb(): number {
  return Number(/^MemAvailable:\s+(\d+)/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1]) / 1_024
}

/** Processes that the kernel has killed for want of memory since the machine started. */
function oomKills(): number {
  return Number(/^oom_kill (\d+)$/m.exec(readFileSync('/proc/vmstat', 'utf8'))?.[1])
}

/** Holds so much memory, written to, until it is killed; it is the first to go when memory is short. */
function hold(megabytes: number): ChildProcess {
  const code = `require('fs').writeFileSync('/proc/self/oom_score_adj', '1000')
    const held = []; for (let left = ${megabytes}; left > 0; left -= 64) held.push(Buffer.alloc(Math.min(64, left) * 1048576, 1))
    process.stdin.resume().on('end', () => process.exit())`
  return spawn(process.execPath, ['-e', code], { stdio: ['pipe', 'ignore', 'inherit'] })
}

async function post(body: object): Promise<{ status: number; result: FleetFaultResult }> {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${manager}/fault`, { method: 'POST', headers, body: JSON.stringify(body) })
  return { status: answer.status, result: (await answer.json()) as FleetFaultResult }
}

async function trial(fault: object): Promise<number> {
  const { status, result } = await post({ ...fault, ttl_seconds: EACH_SECONDS + 60 })
  let least = Number.POSITIVE_INFINITY
  for (const end = Date.now() + EACH_SECONDS * 1_000; Date.now() < end; await delay(100)) least = Math.min(least, availableMb())
  await post({ mode: 'none' })
  console.log(
    `${JSON.stringify(fault)}: ${status === 200 && result.ok ? 'given' : JSON.stringify(result)}; at least ${least.toFixed(0)} MB available`,
  )
  return least
}

const killsBefore = oomKills()
const holder = hold(Math.max(0, Math.floor(availableMb() - LEFT_MB)))
while (availableMb() > LEFT_MB * 1.1 && holder.exitCode === null) await delay(200)
console.log(`${availableMb().toFixed(0)} MB available`)
const least: number[] = []
try {
  await using _shoppers = startShoppers(book.url('loadBalancer'), 30)
  for (const { fault } of TRIALS) least.push(await trial(fault))
} finally {
  holder.stdin?.end()
}
await delay(10_000)
const { instances } = (await (await fetch(`${manager}/instances`)).json()) as InstanceList
const isAllUp = instances.length > 0 && instances.every(({ state }) => state === 'running')
const kills = oomKills() - killsBefore
console.log(
  `${kills} processes killed for want of memory (0); at least ${Math.min(...least).toFixed(0)} MB available; all instances run: ${isAllUp}`,
)
process.exitCode = kills === 0 && isAllUp && Math.min(...least) > 0 ? 0 : 1
