/**
 * 200 webhooks of 50 alerts at once against an agent in a process of its own, with the flags that the lab gives it, on a database file: once with 200
 * services, once with 10,000. Prints the time of each answer, what was stored, the processor time, how long the event loop was held, and the memory.
 * Fails when an alert is lost, an answer is no 200, or a limit is missed.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { startAgentApp } from '../test-parts/agent-app.ts'

const WEBHOOKS = 200
const ALERTS = 50
const MOST_MEMORY_MB = 400

/** What the agent's process says of itself. */
interface Report {
  stored: number
  cpuMs: number
  heldMs: number
  heldP99Ms: number
  memoryMb: number
  mostMemoryMb: number
}

const percentile = (sorted: number[], part: number) => sorted[Math.ceil(sorted.length * part) - 1] ?? 0

async function storm(name: string, services: number, mostMs: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'alert-storm-'))
  // As packages/lab/src/parts.ts starts it.
  const agent = fork(import.meta.filename, ['agent', folder], { execArgv: ['--max-semi-space-size=4'] })
  try {
    const url = await answerOf<string>(agent)
    const bodies = Array.from({ length: WEBHOOKS }, (_, webhook) => bodyOf(webhook, services))
    agent.send('begin')
    await answerOf(agent)
    const sorted = (await Promise.all(bodies.map((body) => post(url, body)))).toSorted((a, b) => a - b)
    agent.send('report')
    const { stored, cpuMs, heldMs, heldP99Ms, memoryMb, mostMemoryMb } = await answerOf<Report>(agent)
    const p99 = percentile(sorted, 0.99)
    console.log(
      `${name}: ${sorted.length} × 200, p50 ${percentile(sorted, 0.5).toFixed(0)} ms, p99 ${p99.toFixed(0)} ms; ${stored} of ${WEBHOOKS * ALERTS} stored; ` +
        `processor ${cpuMs.toFixed(0)} ms; event loop held at most ${heldMs.toFixed(0)} ms (p99 ${heldP99Ms.toFixed(0)} ms); ` +
        `${memoryMb.toFixed(0)} MB, at most ${mostMemoryMb.toFixed(0)} MB`,
    )
    if (stored !== WEBHOOKS * ALERTS || p99 > mostMs || mostMemoryMb > MOST_MEMORY_MB) process.exitCode = 1
  } finally {
    agent.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
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
async function serve(folder: string): Promise<void> {
  const running = await startAgentApp({ file: join(folder, 'agent.db') })
  const delay = monitorEventLoopDelay({ resolution: 5 })
  let used = process.cpuUsage()
  process.on('message', async (message) => {
    if (message === 'begin') {
      used = process.cpuUsage()
      delay.enable()
      process.send?.('begun')
      return
    }
    delay.disable()
    const { user, system } = process.cpuUsage(used)
    const report: Report = {
      cpuMs: (user + system) / 1_000,
      heldMs: delay.max / 1e6,
      heldP99Ms: delay.percentile(99) / 1e6,
      memoryMb: process.memoryUsage.rss() / 1e6,
      mostMemoryMb: process.resourceUsage().maxRSS / 1e3,
      stored: (await running.store.alerts.openEpisodes()).length,
    }
    process.send?.(report)
  })
  process.send?.(await running.app.listen({ host: '127.0.0.1', port: 0 }))
}

function bodyOf(webhook: number, services: number): string {
  const startsAt = new Date().toISOString()
  const alerts = Array.from({ length: ALERTS }, (_, i) => {
    const n = webhook * ALERTS + i
    const labels = { alertname: 'Storm', service: `s${n % services}`, severity: 'critical', instance: `i${n}` }
    return { status: 'firing', labels, annotations: { summary: 'a storm' }, startsAt, fingerprint: `f${n}` }
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

const [, , role, folder = ''] = process.argv
if (role === 'agent') await serve(folder)
else {
  await storm('200 services', 200, 1_000)
  await storm('10,000 services', 10_000, 5_000)
}
