import { setTimeout as delay } from 'node:timers/promises'
import { monotonicMs } from '../engine/clock.ts'
import type { Sender } from '../engine/sender.ts'
import { startSenders } from '../engine/start-senders.ts'
import type { Options } from '../options.ts'
import type { Progress } from '../output/progress.ts'
import { type Report, reportOf } from '../output/report.ts'
import { summaryLines } from '../output/summary.ts'
import { profileOf } from '../schedule.ts'
import { createCollector } from './collector.ts'
import type { Moment } from './moment.ts'
import { watchPhases } from './phases.ts'

/** Who is told of a run. */
export interface Audience {
  progress: Progress
  /** Of each moment, the last one included: metrics, the plot. */
  watchers: ((moment: Moment) => void)[]
}

/** All senders have so long to hear of the start, so that none is late. */
const LEAD_MS = 20
const LONGEST_STEP = 1

/** Runs the profile against the target. An abort ends the run early, still with its report. */
export async function runTraffic(options: Options, { progress, watchers }: Audience, signal: AbortSignal): Promise<Report> {
  const senders = await startSenders(options.workers, {
    schedule: options,
    sender: { url: options.url, maxInFlight: options.maxConcurrency, timeoutMs: options.timeout * 1_000, stamp: options.stamp },
  })
  await using _closing = closeAll(senders)
  const step = Math.min(LONGEST_STEP, options.reportEvery)
  const collector = createCollector(senders, { reportEvery: options.reportEvery, step })
  const cpuBefore = process.cpuUsage()
  const begin = monotonicMs() + LEAD_MS
  const startedAt = new Date(Date.now() + LEAD_MS)
  const elapsed = () => (monotonicMs() - begin) / 1_000
  const phases: Report['phases'] = []
  for (const sender of senders) sender.start(begin)
  using _watching = watchPhases(profileOf(options), elapsed, (phase) => {
    const at = (phases.length === 0 ? startedAt : new Date()).toISOString()
    phases.push({ phase, at })
    progress.say(`phase ${phase} at ${at}`)
  })

  const stop = () => {
    for (const sender of senders) sender.stop()
  }
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  const look = async () => {
    const moment = await collector.collect(elapsed())
    for (const watcher of watchers) watcher(moment)
    return moment
  }
  await untilEnded(senders, { begin, step }, async () => progress.moment(await look()))
  signal.removeEventListener('abort', stop)
  await look()
  progress.end()

  const { user, system } = process.cpuUsage(cpuBefore)
  // A complete run lasted as long as it was asked to, though its last request may have come and gone before.
  const seconds = signal.aborted ? Math.min(options.duration, elapsed()) : options.duration
  const sentSeconds = (collector.total.lastSentMs - begin) / 1_000
  const facts = { startedAt, seconds, sentSeconds, interrupted: signal.aborted, phases, cpuTimeUs: user + system }
  const report = reportOf(options, collector.total, facts)
  for (const line of summaryLines(report)) progress.say(line)
  return report
}

/** Calls `look` every `step` seconds after `begin` until all senders have ended. */
async function untilEnded(senders: readonly Sender[], { begin, step }: { begin: number; step: number }, look: () => Promise<void>) {
  const over = new AbortController()
  const ended = Promise.all(senders.map((sender) => sender.ended)).finally(() => over.abort())
  ended.catch(() => undefined)
  for (let next = begin + step * 1_000; !over.signal.aborted; next += step * 1_000) {
    await delay(Math.max(1, next - monotonicMs()), undefined, { signal: over.signal }).catch(() => undefined)
    if (!over.signal.aborted) await look()
  }
  await ended
}

function closeAll(senders: readonly Sender[]): AsyncDisposable {
  return {
    async [Symbol.asyncDispose]() {
      await Promise.all(senders.map((sender) => sender[Symbol.asyncDispose]()))
    },
  }
}
