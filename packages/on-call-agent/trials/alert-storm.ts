/**
 * 200 webhooks of 50 alerts at once against a whole agent on a database file, sent by a thread of its own: once with 200 services, once with 10,000.
 * Prints the time of each answer, what was stored, the processor time, how long the event loop was held, and the memory. Fails when an alert is lost
 * or an answer is no 200.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { startAgentApp } from '../test-parts/agent-app.ts'

const WEBHOOKS = 200
const ALERTS = 50

const percentile = (sorted: number[], part: number) => sorted[Math.ceil(sorted.length * part) - 1] ?? 0

async function storm(name: string, services: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'alert-storm-'))
  try {
    await using running = await startAgentApp({ file: join(folder, 'agent.db') })
    const url = await running.app.listen({ host: '127.0.0.1', port: 0 })
    const sender = new Worker(new URL(import.meta.url), { workerData: { url, services } })
    await new Promise((ready) => sender.once('message', ready))
    const delay = monitorEventLoopDelay({ resolution: 5 })
    const used = process.threadCpuUsage()
    delay.enable()
    const answered = new Promise<number[]>((resolve, reject) => sender.once('message', resolve).once('error', reject))
    sender.postMessage('go')
    const sorted = (await answered).toSorted((a, b) => a - b)
    delay.disable()
    const cpu = process.threadCpuUsage(used)
    const stored = (await running.store.alerts.openEpisodes()).length
    const ms = (value: number) => `${value.toFixed(0)} ms`
    console.log(
      `${name}: ${sorted.length} × 200, p50 ${ms(percentile(sorted, 0.5))}, p99 ${ms(percentile(sorted, 0.99))}; ${stored} of ${WEBHOOKS * ALERTS} stored; ` +
        `processor ${ms((cpu.user + cpu.system) / 1_000)}; event loop held at most ${ms(delay.max / 1e6)} (p99 ${ms(delay.percentile(99) / 1e6)}); ` +
        `${(process.memoryUsage().rss / 1e6).toFixed(0)} MB`,
    )
    if (stored !== WEBHOOKS * ALERTS) process.exitCode = 1
    await sender.terminate()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** In the sender's thread: says when it is ready, sends all at once, and answers with the milliseconds that each took. */
async function send({ url, services }: { url: string; services: number }): Promise<void> {
  const bodies = Array.from({ length: WEBHOOKS }, (_, webhook) => bodyOf(webhook, services))
  parentPort?.postMessage('ready')
  await new Promise((go) => parentPort?.once('message', go))
  parentPort?.postMessage(await Promise.all(bodies.map((body) => post(url, body))))
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

if (isMainThread) {
  await storm('200 services', 200)
  await storm('10,000 services', 10_000)
  process.exit()
} else await send(workerData)
