// What the stand-ins for a cluster and a machine cost: starts labs with and without them in turn, and prints how soon each was ready and what the stand-ins hold in memory (Pss, the machine's
// web server included). Ends with 1 when they hold more than 120 MB together, or the lab starts more than a second later with them. No lab may run at this offset.
// pnpm --filter @oncall-lab/lab run more-stand-ins-trial [--offset N] [--rounds 3]
import { execFile } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs, promisify } from 'node:util'
import { ROOT } from '../src/open-lab.ts'
import type { LabStatus } from '../src/status.ts'

const { values } = parseArgs({ options: { offset: { type: 'string', default: '0' }, rounds: { type: 'string', default: '3' } } })
const MOST_MB = 120
const MOST_SECONDS = 1
/** What is loaded with the first requests is in memory then. */
const SETTLES_MS = 15_000

const run = promisify(execFile)
const lab = async (...args: string[]) => (await run('./lab', [...args, '--port-offset', values.offset], { cwd: ROOT })).stdout

interface Start {
  seconds: number
  memoryMb: number
}

async function start(flags: readonly string[]): Promise<Start> {
  const said = await lab('up', '--detach', '--replicas', '3', '--traffic', '8', ...flags)
  try {
    await sleep(SETTLES_MS)
    const { parts } = JSON.parse(await lab('status', '--json')) as LabStatus
    const bytes = parts.find(({ part }) => part === 'stand-ins')?.memory_bytes ?? Number.NaN
    return { seconds: Number(/Ready after ([\d.]+) s/.exec(said)?.[1]), memoryMb: bytes / 1_048_576 }
  } finally {
    await lab('down')
  }
}

const median = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN

const without: Start[] = []
const beside: Start[] = []
// Files are read and compiled for the first time, which takes memory too.
const first = await start(['--kubernetes', '--hosts'])
console.log(`the first start: ready after ${first.seconds.toFixed(1)} s; stand-ins ${Math.round(first.memoryMb)} MB`)
for (let round = 0; round < Number(values.rounds); round += 1) {
  without.push(await start([]))
  beside.push(await start(['--kubernetes', '--hosts']))
}
const show = (name: string, starts: readonly Start[]) =>
  console.log(
    `${name}: ready after ${starts.map(({ seconds }) => seconds.toFixed(1)).join(', ')} s; stand-ins ${starts.map(({ memoryMb }) => Math.round(memoryMb)).join(', ')} MB`,
  )
show('without', without)
show('with --kubernetes --hosts', beside)
const later = median(beside.map(({ seconds }) => seconds)) - median(without.map(({ seconds }) => seconds))
const memory = Math.max(...beside.map(({ memoryMb }) => memoryMb))
console.log(`${later.toFixed(1)} s later (at most ${MOST_SECONDS}); ${Math.round(memory)} MB (at most ${MOST_MB})`)
process.exitCode = later <= MOST_SECONDS && memory <= MOST_MB ? 0 : 1
