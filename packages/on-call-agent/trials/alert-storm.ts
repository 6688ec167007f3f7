/**
 * 200 webhooks of 50 alerts at once against a whole agent on a database file: once with 200 services, once with 10,000. Prints the time of each
 * answer, what was stored, how long the event loop was held, and the memory. Fails when an alert is lost or an answer is no 200.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { startAgentApp } from '../test-parts/agent-app.ts'

const WEBHOOKS = 200
const ALERTS = 50

const percentile = (sorted: number[], part: number) => sorted[Math.ceil(sorted.length * part) - 1] ?? 0

async function storm(name: string, serviceOf: (n: number) => string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'alert-storm-'))
  try {
    await using running = await startAgentApp({ file: join(folder, 'agent.db') })
    const url = await running.app.listen({ host: '127.0.0.1', port: 0 })
    const delay = monitorEventLoopDelay({ resolution: 5 })
    delay.enable()
    const times = await Promise.all(Array.from({ length: WEBHOOKS }, (_, webhook) => post(url, webhook, serviceOf)))
    delay.disable()
    const sorted = times.toSorted((a, b) => a - b)
    const stored = (await running.store.alerts.openEpisodes()).length
    const ms = (value: number) => `${value.toFixed(0)} ms`
    console.log(
      `${name}: ${times.length} × 200, p50 ${ms(percentile(sorted, 0.5))}, p99 ${ms(percentile(sorted, 0.99))}; ${stored} of ${WEBHOOKS * ALERTS} stored; ` +
        `event loop held at most ${ms(delay.max / 1e6)} (p99 ${ms(delay.percentile(99) / 1e6)}); ${(process.memoryUsage().rss / 1e6).toFixed(0)} MB`,
    )
    if (stored !== WEBHOOKS * ALERTS) process.exitCode = 1
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function post(url: string, webhook: number, serviceOf: (n: number) => string): Promise<number> {
  const startsAt = new Date().toISOString()
  const alerts = Array.from({ length: ALERTS }, (_, i) => {
    const n = webhook * ALERTS + i
    const labels = { alertname: 'Storm', service: serviceOf(n), severity: 'critical', instance: `i${n}` }
    return { status: 'firing', labels, annotations: { summary: 'a storm' }, startsAt, fingerprint: `f${n}` }
  })
  const began = performance.now()
  const answer = await fetch(`${url}/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ version: '4', alerts }),
  })
  if (answer.status !== 200) throw new Error(`answered ${answer.status}: ${await answer.text()}`)
  await answer.arrayBuffer()
  return performance.now() - began
}

await storm('200 services', (n) => `s${n % WEBHOOKS}`)
await storm('10,000 services', (n) => `s${n}`)
process.exit()
