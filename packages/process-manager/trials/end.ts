// Ends a process manager with three instances in six ways, twenty times each, at random moments, and looks what is left after five seconds.
// pnpm --filter @oncall-lab/process-manager run end-trial [ends of each kind]      (about ten minutes; Linux only)
import { setTimeout as delay } from 'node:timers/promises'
import { startServer } from '@oncall-lab/postgres-server/start-server'
import { isSameProcess, readProcess } from '@oncall-lab/service-kit/process-table'
import { familyOf, heldPorts, processesOf } from '../test-parts/left-overs.ts'
import { type RunningProcessManager, startProcessManager } from '../test-parts/start-process-manager.ts'

const KINDS = {
  'Ctrl-C': (manager) => manager.kill('SIGINT'),
  'Ctrl-C twice': async (manager) => {
    manager.kill('SIGINT')
    await delay(100)
    manager.kill('SIGINT')
  },
  SIGTERM: (manager) => manager.kill('SIGTERM'),
  SIGHUP: (manager) => manager.kill('SIGHUP'),
  'an uncaught exception': (manager) => manager.kill('SIGUSR2'),
  'kill -9': (manager) => manager.kill('SIGKILL'),
} satisfies Record<string, (manager: RunningProcessManager) => void | Promise<void>>

/** Makes SIGUSR2 an error that is thrown in a timer, where nobody catches it. */
const THROWS = `data:text/javascript,process.on('SIGUSR2',()=>setTimeout(()=>{throw new Error('trial')}))`
const GONE_WITHIN_MS = 5_000
const WITHIN_MS = 4_000
const LOOK_EVERY_MS = 50
const REPLICAS = 3
/** The process manager, its reaper and the instances. */
const FAMILY = 2 + REPLICAS
const ends = Number(process.argv[2] ?? 20)

interface End {
  /** How long it took until nothing was left. */
  ms: number
  /** How many processes there were. */
  processes: number
  left: string[]
}

/** Ends one, and looks at all processes that it ever had. */
async function endOnce(databaseUrl: string, kind: keyof typeof KINDS): Promise<End> {
  await using manager = await startProcessManager({ databaseUrl, replicas: REPLICAS, flags: ['--import', THROWS] })
  const seen = new Map<number, string>()
  const look = () => {
    for (const pid of [...familyOf(manager.pid), ...processesOf(manager.directory)]) {
      const entry = readProcess(pid)
      if (entry) seen.set(pid, entry.startMark)
    }
  }
  const momentOver = performance.now() + Math.random() * WITHIN_MS
  do {
    look()
    await delay(LOOK_EVERY_MS)
  } while (performance.now() < momentOver)
  const begun = performance.now()
  await KINDS[kind](manager)
  for (;;) {
    look()
    const left = [
      ...[...seen].filter(([pid, startMark]) => isSameProcess(pid, startMark)).map(([pid]) => `process ${pid}`),
      ...(await heldPorts(manager.firstPort, manager.lastPort)).map((port) => `port ${port}`),
    ]
    const ms = performance.now() - begun
    if (left.length === 0 || ms > GONE_WITHIN_MS) return { ms, processes: seen.size, left }
    await delay(LOOK_EVERY_MS)
  }
}

await using server = await startServer()
let failures = 0
let most = 0
for (const kind of Object.keys(KINDS) as (keyof typeof KINDS)[]) {
  const results: End[] = []
  for (let n = 0; n < ends; n++) results.push(await endOnce(server.url, kind))
  const left = results.flatMap((result) => result.left)
  failures += left.length
  const slowest = Math.max(...results.map(({ ms }) => ms))
  most = Math.max(most, ...results.map(({ processes }) => processes))
  const processes = results.reduce((sum, result) => sum + result.processes, 0)
  const seconds = (slowest / 1_000).toFixed(1)
  console.log(
    `${kind}: ${ends} ends, ${processes} processes, all gone after ${seconds} s at most, left after 5 s: ${left.join(', ') || 'nothing'}`,
  )
}
if (most < FAMILY) {
  console.log(`no end found more than ${most} processes: the look at them is blind`)
  failures++
}
console.log(failures ? 'FAILED' : 'Nothing was left.')
process.exitCode = failures ? 1 : 0
