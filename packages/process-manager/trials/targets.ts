// On a lab that runs: kills instances 200 times and rewrites the targets file 10,000 times under a reader, and asks Prometheus what it made of it.
// pnpm --filter @oncall-lab/process-manager run targets-trial [port offset]      (about four minutes)
import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Instance, InstanceList } from '../src/api.ts'
import { TargetsFile } from '../src/targets-file.ts'

const KILLS = 200
const REPLICAS = 8
const REWRITES = 10_000
const KILL_EVERY_MS = 700
const SAME_WITHIN_MS = 10_000
const offset = Number(process.argv[2] ?? 0)
const root = fileURLToPath(new URL('../../..', import.meta.url))
const file = `${root}${offset ? `.lab/${offset}/` : ''}targets/inventory_targets.json`
const manager = `http://127.0.0.1:${7070 + offset}`
const prometheus = `http://127.0.0.1:${9090 + offset}`

const reads = { good: 0, bad: 0 }
let isOver = false
function readAgain(): void {
  try {
    const [{ targets }] = JSON.parse(readFileSync(file, 'utf8'))
    if (Array.isArray(targets)) reads.good++
    else reads.bad++
  } catch {
    reads.bad++
  }
  if (!isOver) setTimeout(readAgain, 1)
}

async function instances(): Promise<Instance[]> {
  return ((await (await fetch(`${manager}/instances`)).json()) as InstanceList).instances
}

async function post(path: string, body: object): Promise<void> {
  await fetch(manager + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
}

/** One after the other. Who is given up, because none of its processes ran for long, is started again. */
async function killInstances(): Promise<number> {
  let killed = 0
  for (let n = 0; killed < KILLS; n++) {
    const victim = (await instances()).find(({ port }) => port % REPLICAS === n % REPLICAS)
    if (victim?.state === 'fatal') await post('/start', { port: victim.port })
    if (victim?.pid && victim.state === 'running') {
      process.kill(victim.pid, 'SIGKILL')
      killed++
    }
    await delay(KILL_EVERY_MS)
  }
  return killed
}

/** As fast as the disk lets it. The process manager itself writes only when its list changes, which the kills do not. */
async function rewriteTargets(ports: number[]): Promise<number> {
  let failed = 0
  using writer = new TargetsFile(file, () => failed++)
  for (let n = 0; n < REWRITES; n++) await writer.write(n === REWRITES - 1 ? ports : ports.slice(0, 1 + (n % ports.length)))
  return REWRITES - failed
}

/** What Prometheus counts of the files that it discovers targets in. */
async function readCounts(): Promise<{ errors: number; scans: number }> {
  const text = await (await fetch(`${prometheus}/metrics`)).text()
  const read = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1])
  return { errors: read('prometheus_sd_file_read_errors_total'), scans: read('prometheus_sd_file_scan_duration_seconds_count') }
}

/** Seconds until Prometheus' targets are the instances, NaN when they are not in time. */
async function sameAfter(): Promise<number> {
  const begun = performance.now()
  while (performance.now() - begun < SAME_WITHIN_MS) {
    const answer = await (await fetch(`${prometheus}/api/v1/targets?state=active`)).json()
    // As Prometheus documents it.
    const { activeTargets } = (answer as { data: { activeTargets: { labels: Record<string, string> }[] } }).data
    const targets = activeTargets.filter(({ labels }) => labels.job === 'inventory').map(({ labels }) => labels.instance)
    const names = (await instances()).map(({ instance }) => instance)
    if (targets.sort().join() === names.sort().join()) return (performance.now() - begun) / 1_000
    await delay(200)
  }
  return Number.NaN
}

const before = await instances()
const countsBefore = await readCounts()
readAgain()
await post('/scale', { replicas: REPLICAS })
const ports = (await instances()).map(({ port }) => port)
const [killed, rewritten] = await Promise.all([killInstances(), rewriteTargets(ports)])
const afterBoth = await sameAfter()
await post('/scale', { replicas: before.length })
const afterScaling = await sameAfter()
isOver = true
console.log(`${killed} kills, ${rewritten} rewrites: Prometheus' targets were the instances after ${afterBoth.toFixed(1)} s`)
console.log(`scaled back from ${REPLICAS} to ${before.length}: after ${afterScaling.toFixed(1)} s`)
const counts = await readCounts()
const [errors, scans] = [counts.errors - countsBefore.errors, counts.scans - countsBefore.scans]
console.log(`${reads.good} reads of the file, ${reads.bad} unreadable`)
console.log(`Prometheus read it ${scans} times; prometheus_sd_file_read_errors_total grew by ${errors}`)
const isRight = reads.bad === 0 && errors === 0 && scans > 0 && rewritten === REWRITES && [afterBoth, afterScaling].every(Number.isFinite)
console.log(isRight ? 'All as it should be.' : 'FAILED')
process.exitCode = isRight ? 0 : 1
