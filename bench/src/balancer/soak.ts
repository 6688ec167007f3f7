import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { chooseCores } from '../machine.ts'
import { short } from '../print-result.ts'
import { memoryMb } from '../process-cost.ts'
import { saturate } from '../saturate.ts'
import { quantile } from '../statistics.ts'
import { PROBE_PATH } from './backend-answer.ts'
import { ourBalancer } from './our-balancer.ts'
import { startBackends } from './start-backends.ts'

// Loads our balancer for so many minutes (the argument, 20 by default) and prints its memory: does it grow?

const SAMPLE_EVERY_MS = 10_000
const minutes = Number(process.argv[2] ?? 20)
const interrupt = new AbortController()
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => interrupt.abort(new Error(name)))

async function soak(directory: string, signal: AbortSignal): Promise<void> {
  const { measured, others } = chooseCores()
  await using backends = await startBackends({ core: others, directory }, signal)
  await using balancer = await ourBalancer.start({ backends: backends.urls, core: measured, directory }, signal)
  const load = saturate({ url: balancer.url + PROBE_PATH, connections: 64, seconds: minutes * 60, core: others }, signal)
  const resident: number[] = []
  for (const end = performance.now() + minutes * 60_000 - SAMPLE_EVERY_MS; performance.now() < end; ) {
    await Promise.race([delay(SAMPLE_EVERY_MS, undefined, { signal }), load])
    const { rss, pss } = memoryMb(balancer.pid)
    resident.push(rss)
    console.log(`${((resident.length * SAMPLE_EVERY_MS) / 60_000).toFixed(1)} min: ${short(rss)} MB resident, ${short(pss)} MB Pss`)
  }
  const { requests } = await load
  const third = Math.ceil(resident.length / 3)
  const [first, last] = [resident.slice(0, third), resident.slice(-third)].map((part) => short(quantile(part, 0.5)))
  console.log(
    `${requests} requests; resident at the median of the first third ${first} MB, of the last ${last} MB; at most ${short(Math.max(...resident))} MB`,
  )
}

const directory = mkdtempSync(join(tmpdir(), 'oncall-lab-bench-'))
try {
  await soak(directory, interrupt.signal)
} finally {
  rmSync(directory, { recursive: true, force: true })
}
