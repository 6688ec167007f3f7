// Lets one of three instances crash at each start until it is given up, while the others are asked all the time; then starts it again.
// pnpm --filter @oncall-lab/process-manager run crash-loop-trial      (about two minutes)
import { setTimeout as delay } from 'node:timers/promises'
import { startServer } from '@oncall-lab/postgres-server/start-server'
import { startProcessManager } from '../test-parts/start-process-manager.ts'

const FATAL_WITHIN_MS = 180_000
const STAYS_MS = 5_000
await using server = await startServer()
await using manager = await startProcessManager({ databaseUrl: server.url, replicas: 3 })
const before = await manager.untilRunning(3)
const [looping, ...others] = before
if (!looping) throw new Error('no instance')

let asked = 0
let failed = 0
const asking = setInterval(async () => {
  for (const { instance } of others) {
    asked++
    const ok = await fetch(`http://${instance}/items/1`, { signal: AbortSignal.timeout(2_000) }).then(
      (answer) => answer.ok,
      () => false,
    )
    if (!ok) failed++
  }
}, 50)

const begun = performance.now()
const seconds = () => ((performance.now() - begun) / 1_000).toFixed(0)
await manager.send('POST', '/fault', { mode: 'crash', ports: [looping.port], ttl_seconds: 300 })
const now = async (port: number) => (await manager.instances()).find((instance) => instance.port === port)
while ((await now(looping.port))?.state !== 'fatal' && performance.now() - begun < FATAL_WITHIN_MS) await delay(200)
const fatal = await now(looping.port)
console.log(
  `after ${seconds()} s: ${fatal?.state}, ${fatal?.restarts} restarts, ${fatal?.exits.length} exits kept; reason: ${fatal?.reason}`,
)
await delay(STAYS_MS)
const isStillFatal = (await now(looping.port))?.state === 'fatal'
const start = await manager.send('POST', '/start', { port: looping.port })
const revived = await now(looping.port)
// Sooner than the fault kills again: what runs afterwards is the very process of POST /start, and not one of the fault's end.
await manager.send('POST', '/fault', { mode: 'none' })
await delay(2 * STAYS_MS)
const later = await now(looping.port)
const isRevived = start.status === 200 && revived?.state === 'running' && later?.state === 'running' && later.pid === revived.pid
console.log(
  `${STAYS_MS / 1_000} s later still fatal: ${isStillFatal}; POST /start: ${start.text}; the fault ended; ${(2 * STAYS_MS) / 1_000} s later the process of POST /start is ${isRevived ? 'running' : 'gone'}`,
)

clearInterval(asking)
const untouched = (await manager.instances()).filter(({ pid, restarts }) => restarts === 0 && others.some((one) => one.pid === pid))
console.log(`the others: ${untouched.length} of ${others.length} are the same processes; ${asked} requests, ${failed} failed`)
const isFatal = fatal?.state === 'fatal' && fatal.reason !== null && isStillFatal
const isRight = isFatal && isRevived && untouched.length === others.length && failed === 0
console.log(isRight ? 'All as it should be.' : 'FAILED')
process.exitCode = isRight ? 0 : 1
