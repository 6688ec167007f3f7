/**
 * Webhooks at once against an agent in a process of its own, with the flags that the lab gives it, on a database file, or with `--postgres` on a
 * PostgreSQL server with the lab's settings: `storm-trial [--postgres] [part...]`. The parts: `few` and `many` (200 webhooks of 50 alerts, with 200 services and with 10,000), `burst` (1,000 webhooks of 100 alerts, 64 at a time), and `hanging`
 * (the same while the model takes 60 s for each answer), `large` (one webhook of 20,000 alerts, and the one that ends them). Prints the times of the
 * answers, what was stored, the agent's processor time, how long its event loop was held, and its memory. Fails when an alert is lost, an answer is no
 * 200, or a limit is missed.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { startServer } from '@oncall-lab/postgres-server/start-server'
import { createTestDatabase } from '@oncall-lab/postgres-server/test-database'
import { createPostgresStore } from '../src/store/postgres/postgres-store.ts'
import { startAgentApp } from '../test-parts/agent-app.ts'
import { says, scriptedModel } from '../test-parts/scripted-model.ts'

const MOST_MEMORY_MB = 400
const HANGS_MS = 60_000

interface Storm {
  webhooks: number
  /** Of each webhook. */
  alerts: number
  services: number
  /** Webhooks that are under way at a time; all of them unless given. */
  atOnce?: number
  /** What p99 may be. */
  mostMs: number
  /** The model takes a minute for each answer. */
  hangs?: boolean
  /** For how long the event loop may be held; not looked at unless given. */
  mostHeldMs?: number
  /** The alerts end at last. */
  ends?: boolean
}

const STORMS: Record<string, Storm> = {
  few: { webhooks: 200, alerts: 50, services: 200, mostMs: 1_000 },
  many: { webhooks: 200, alerts: 50, services: 10_000, mostMs: 5_000 },
  burst: { webhooks: 1_000, alerts: 100, services: 1_000, atOnce: 64, mostMs: 5_000 },
  hanging: { webhooks: 1_000, alerts: 100, services: 1_000, atOnce: 64, mostMs: 5_000, hangs: true },
  large: { webhooks: 1, alerts: 20_000, services: 1, mostMs: 10_000, mostHeldMs: 100, ends: true },
}

/** What the agent's process says of itself. */
interface Report {
  open: number
  cpuMs: number
  heldMs: number
  heldP99Ms: number
  memoryMb: number
  mostMemoryMb: number
}

const percentile = (sorted: number[], part: number) => sorted[Math.ceil(sorted.length * part) - 1] ?? 0

/** On a database file unless the address of a PostgreSQL server is given, where it has a database of its own. */
async function storm(name: string, given: Storm, server?: string): Promise<void> {
  const { webhooks, alerts, services, atOnce = webhooks, mostMs, hangs = false, mostHeldMs = Number.POSITIVE_INFINITY, ends } = given
  const folder = mkdtempSync(join(tmpdir(), 'alert-storm-'))
  await using database = server === undefined ? undefined : await createTestDatabase(server)
  const place = database?.url ?? join(folder, 'agent.db')
  // As packages/lab/src/parts.ts starts it.
  const agent = fork(import.meta.filename, ['agent', place, hangs ? 'hangs' : ''], { execArgv: ['--max-semi-space-size=4'] })
  try {
    const url = await answerOf<string>(agent)
    const bodies = (status: string) => Array.from({ length: webhooks }, (_, webhook) => () => bodyOf({ webhook, alerts, services, status }))
    agent.send('begin')
    await answerOf(agent)
    const began = performance.now()
    const times = await sendAll(url, bodies('firing'), atOnce)
    agent.send('open')
    const stored = await answerOf<number>(agent)
    if (ends) times.push(...(await sendAll(url, bodies('resolved'), atOnce)))
    const sorted = times.toSorted((a, b) => a - b)
    const seconds = (performance.now() - began) / 1_000
    agent.send('report')
    const { open, cpuMs, heldMs, heldP99Ms, memoryMb, mostMemoryMb } = await answerOf<Report>(agent)
    const p99 = percentile(sorted, 0.99)
    console.log(
      `${name}: ${sorted.length} × 200, p50 ${percentile(sorted, 0.5).toFixed(0)} ms, p99 ${p99.toFixed(0)} ms; in ${seconds.toFixed(1)} s; ${stored} of ${webhooks * alerts} stored; ` +
        `processor ${cpuMs.toFixed(0)} ms; event loop held at most ${heldMs.toFixed(0)} ms (p99 ${heldP99Ms.toFixed(0)} ms); ` +
        `${memoryMb.toFixed(0)} MB, at most ${mostMemoryMb.toFixed(0)} MB`,
    )
    const isLost = stored !== webhooks * alerts || (ends && open > 0)
    if (isLost || p99 > mostMs || heldMs > mostHeldMs || mostMemoryMb > MOST_MEMORY_MB) process.exitCode = 1
  } finally {
    agent.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Sends them in their order, so many side by side; each body is made when its turn comes. Returns the milliseconds of each. */
async function sendAll(url: string, bodies: (() => string)[], atOnce: number): Promise<number[]> {
  const waiting = bodies.values()
  const times: number[] = []
  const worker = async () => {
    for (const body of waiting) times.push(await post(url, body()))
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return times
}

/** The next message of the agent's process. */
async function answerOf<T>(agent: ChildProcess): Promise<T> {
  const [answer] = await Promise.race([
    once(agent, 'message'),
    once(agent, 'exit').then(() => Promise.reject(new Error('the agent ended'))),
  ])
  return answer as T // Each request has one kind of answer.
}

/** The agent's side: its address first, then an answer to each message. */
async function serve(place: string, hangs: boolean): Promise<void> {
  const hanging = scriptedModel(async ({ signal }) => {
    await sleep(HANGS_MS, undefined, { signal })
    return says('Too late.')
  })
  const store = place.startsWith('postgres:') ? { on: await createPostgresStore(place) } : { file: place }
  const running = await startAgentApp({ ...store, ...(hangs && { model: hanging }) })
  const delay = monitorEventLoopDelay({ resolution: 5 })
  let used = process.cpuUsage()
  process.on('message', async (message) => {
    if (message === 'begin') {
      used = process.cpuUsage()
      delay.enable()
      process.send?.('begun')
      return
    }
    // Counting is no part of what is measured.
    delay.disable()
    const open = (await running.store.alerts.openEpisodes()).length
    if (message === 'open') {
      delay.enable()
      process.send?.(open)
      return
    }
    const { user, system } = process.cpuUsage(used)
    const report: Report = {
      cpuMs: (user + system) / 1_000,
      heldMs: delay.max / 1e6,
      heldP99Ms: delay.percentile(99) / 1e6,
      memoryMb: process.memoryUsage.rss() / 1e6,
      mostMemoryMb: process.resourceUsage().maxRSS / 1e3,
      open,
    }
    process.send?.(report)
  })
  process.send?.(await running.app.listen({ host: '127.0.0.1', port: 0 }))
}

const STARTS_AT = new Date().toISOString()

function bodyOf({
  webhook,
  alerts: count,
  services,
  status,
}: {
  webhook: number
  alerts: number
  services: number
  status: string
}): string {
  const startsAt = STARTS_AT
  const endsAt = status === 'resolved' ? new Date().toISOString() : undefined
  const alerts = Array.from({ length: count }, (_, i) => {
    const n = webhook * count + i
    const labels = { alertname: 'Storm', service: `s${n % services}`, severity: 'critical', instance: `i${n}` }
    return { status, labels, annotations: { summary: 'a storm' }, startsAt, endsAt, fingerprint: `f${n}` }
  })
  return JSON.stringify({ version: '4', alerts })
}

async function post(url: string, body: string): Promise<number> {
  const began = performance.now()
  const answer = await fetch(`${url}/alerts`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  if (answer.status !== 200) throw new Error(`answered ${answer.status}: ${await answer.text()}`)
  await answer.arrayBuffer()
  return performance.now() - began
}

const [, , role = '', place = '', how] = process.argv
if (role === 'agent') await serve(place, how === 'hangs')
else {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { postgres: { type: 'boolean', default: false } } })
  await using server = values.postgres ? await startServer() : undefined
  for (const [name, each] of Object.entries(STORMS))
    if (positionals.length === 0 || positionals.includes(name)) await storm(name, each, server?.url)
}
