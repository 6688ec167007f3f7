// Ends a process manager with three instances in six ways, twenty times each, at random moments, and looks what is left after five seconds.
// pnpm --filter @oncall-lab/process-manager run end-drill [ends of each kind]      (about ten minutes; Linux only)
import { setTimeout as delay } from 'node:timers/promises'
import { startServer } from '@oncall-lab/postgres-server/start-server'
import { heldPorts, processesOf } from './left-overs.ts'
import { type RunningProcessManager, startProcessManager } from './start-process-manager.ts'

const KINDS = {
  'Ctrl-C': (manager) => manager.kill('SIGINT'),
  'Ctrl-C twice': async (manager) => {
    manager.kill('SIGINT')
    await delay(100)
    manager.kill('SIGINT')
  },
  SIGTERM: (manager) => manager.kill('SIGTERM'),
  SIGHUP: (manager) => manager.kill('SIGHUP'),
  'an uncaught exception': () => {},
  'kill -9': (manager) => manager.kill('SIGKILL'),
} satisfies Record<string, (manager: RunningProcessManager) => void | Promise<void>>

const GONE_WITHIN_MS = 5_000
const WITHIN_MS = 3_000
const ends = Number(process.argv[2] ?? 20)

/** A thrown error that nobody catches, some time after the start. */
function throwsAfter(ms: number): string[] {
  return ['--import', `data:text/javascript,setTimeout(()=>{throw new Error('drill')},${Math.round(ms)})`]
}

/** How long it took until nothing was left, in ms, and what was left after five seconds. */
async function endOnce(databaseUrl: string, kind: keyof typeof KINDS): Promise<{ ms: number; left: string[] }> {
  const moment = Math.random() * WITHIN_MS
  const flags = kind === 'an uncaught exception' ? throwsAfter(1_000 + moment) : []
  await using manager = await startProcessManager({ databaseUrl, replicas: 3, flags })
  if (flags.length === 0) await delay(moment)
  const begun = performance.now()
  await KINDS[kind](manager)
  await Promise.race([manager.exited, delay(flags.length > 0 ? 2 * WITHIN_MS : GONE_WITHIN_MS)])
  const ended = flags.length > 0 ? performance.now() : begun
  for (;;) {
    const left = [
      ...processesOf(manager.directory).map((pid) => `process ${pid}`),
      ...(await heldPorts(manager.firstPort, manager.lastPort)).map((port) => `port ${port}`),
    ]
    const ms = performance.now() - ended
    if (left.length === 0 || ms > GONE_WITHIN_MS) return { ms, left }
    await delay(50)
  }
}

await using server = await startServer()
let failures = 0
for (const kind of Object.keys(KINDS) as (keyof typeof KINDS)[]) {
  const results: { ms: number; left: string[] }[] = []
  for (let n = 0; n < ends; n++) results.push(await endOnce(server.url, kind))
  const left = results.flatMap((result) => result.left)
  failures += left.length
  const slowest = Math.max(...results.map(({ ms }) => ms))
  console.log(
    `${kind}: ${ends} ends, all gone after ${(slowest / 1_000).toFixed(1)} s at most, left after 5 s: ${left.join(', ') || 'nothing'}`,
  )
}
console.log(failures ? 'FAILED' : 'Nothing was left.')
process.exitCode = failures ? 1 : 0
