// Four clients scale a process manager at random at the same time, now and then with nonsense; then one last call says what there shall be.
// pnpm --filter @oncall-lab/process-manager run scale-trial [calls]      (500 without; a few minutes; Linux only)
import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { startServer } from '@oncall-lab/postgres-server/start-server'
import type { ScaleResult } from '../src/api.ts'
import { instancesOf, zombiesOf } from '../test-parts/left-overs.ts'
import { type RunningProcessManager, startProcessManager } from '../test-parts/start-process-manager.ts'

const CLIENTS = 4
const PORTS = 8
const LAST = 3
const NONSENSE = [PORTS + 1, -1, 1.5, '2', null]
const calls = Number(process.argv[2] ?? 500)
const counts = { done: 0, superseded: 0, refused: 0, wrong: 0 }

async function scaleAtRandom({ send }: RunningProcessManager): Promise<void> {
  for (let n = 0; n < calls / CLIENTS; n++) {
    const isNonsense = Math.random() < 0.05
    const replicas = isNonsense ? NONSENSE[n % NONSENSE.length] : Math.floor(Math.random() * (PORTS + 1))
    const { status, json } = await send('POST', '/scale', { replicas })
    const result = json as ScaleResult // As api.ts says.
    if (status === 400) counts.refused++
    else if (status === 200 && result.superseded) counts.superseded++
    else if (status === 200) counts.done++
    if ((status === 400) !== isNonsense || status > 400) counts.wrong++
    await delay(Math.random() * 100)
  }
}

await using server = await startServer()
await using manager = await startProcessManager({ databaseUrl: server.url, replicas: 2, ports: PORTS })
const begun = performance.now()
await Promise.all(Array.from({ length: CLIENTS }, () => scaleAtRandom(manager)))
await manager.send('POST', '/scale', { replicas: LAST })
const fleet = await manager.untilRunning(LAST)
console.log(`${calls} calls by ${CLIENTS} clients in ${((performance.now() - begun) / 1_000).toFixed(0)} s: ${JSON.stringify(counts)}`)

const targets = JSON.parse(readFileSync(manager.targetsFile, 'utf8'))[0].targets as string[] // As TargetsFile writes it.
const own = instancesOf(manager.directory)
const checks = {
  'wrong answers': [counts.wrong, 0],
  instances: [fleet.length, LAST],
  'processes of instances': [own.length, LAST],
  'processes that no instance names': [own.filter((pid) => !fleet.some((instance) => instance.pid === pid)).length, 0],
  zombies: [zombiesOf(manager.pid).length, 0],
  'targets that are no instance': [targets.filter((target) => !fleet.some(({ instance }) => instance === target)).length, 0],
  targets: [targets.length, LAST],
}
const wrong = Object.entries(checks).filter(([, [seen, wanted]]) => seen !== wanted)
for (const [name, [seen, wanted]] of Object.entries(checks)) console.log(`${name}: ${seen} (${wanted} wanted)`)
console.log(wrong.length ? 'FAILED' : 'All as the last call said.')
process.exitCode = wrong.length ? 1 : 0
