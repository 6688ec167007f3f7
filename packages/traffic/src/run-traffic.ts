import { arrivals } from './arrivals.ts'
import { createCustomer } from './customer.ts'
import { runLoad } from './load.ts'
import type { Options } from './options.ts'
import { PROFILES } from './profiles/profile.ts'
import { createRandom } from './random.ts'
import { figuresLine, type Report } from './report.ts'
import { createRequestPlan } from './request-plan.ts'
import { createTally } from './tally.ts'

/** Runs the profile against the target; `say` gets each line of progress. An abort ends the run early, still with its report. */
export async function runTraffic(options: Options, say: (line: string) => void, signal: AbortSignal): Promise<Report> {
  const profile = PROFILES[options.profile]?.(options)
  if (!profile) throw new Error(`there is no profile ${options.profile}`)
  // Two streams of numbers, so that the requests do not depend on how the arrivals were drawn.
  const plan = createRequestPlan(options, createRandom(options.seed ^ 0x5eed))
  await using customer = createCustomer(options.url, options.maxConcurrency)
  const begun = performance.now()
  const startedAt = new Date()
  const total = createTally()
  const byOperation: Record<string, number> = {}
  const phases: Report['phases'] = []
  const rolling = reportRolling(begun, options.reportEvery, say)

  const announce = (phase: string, at: Date) => {
    if (phases.at(-1)?.phase === phase) return
    phases.push({ phase, at: at.toISOString() })
    say(`phase ${phase} at ${at.toISOString()}`)
  }
  announce(profile(0).phase, startedAt)

  await runLoad(
    {
      arrivals: arrivals(profile, options.duration, createRandom(options.seed)),
      begin(at) {
        const { errorShare, phase } = profile(at)
        announce(phase, new Date())
        const request = plan(errorShare)
        byOperation[request.operation] = (byOperation[request.operation] ?? 0) + 1
        return () => customer.send(request, options.timeout * 1_000)
      },
      sent() {
        total.sent()
        rolling.sent()
      },
      finished(outcome, latencyMs) {
        total.finished(outcome, latencyMs)
        rolling.finished(outcome, latencyMs)
      },
      maxConcurrency: options.maxConcurrency,
      patienceMs: options.timeout * 1_000,
    },
    signal,
  )
  rolling.stop()
  const seconds = Math.min(options.duration, (performance.now() - begun) / 1_000)
  const figures = total.figures(seconds)
  say(figuresLine('total', figures))
  const { url, profile: name, seed } = options
  return {
    url,
    profile: name,
    seed,
    started_at: startedAt.toISOString(),
    seconds: Math.round(seconds * 100) / 100,
    interrupted: signal.aborted,
    ...figures,
    by_operation: byOperation,
    phases,
  }
}

/** Says a line about each span of `everySeconds`, until stopped. */
function reportRolling(begun: number, everySeconds: number, say: (line: string) => void) {
  let span = createTally()
  let since = begun
  const timer = setInterval(() => {
    const now = performance.now()
    say(figuresLine(`${((now - begun) / 1_000).toFixed(1)} s`, span.figures((now - since) / 1_000)))
    span = createTally()
    since = now
  }, everySeconds * 1_000)
  return {
    sent: () => span.sent(),
    finished: (...result: Parameters<typeof span.finished>) => span.finished(...result),
    stop: () => clearInterval(timer),
  }
}
