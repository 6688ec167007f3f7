import type { Outcome } from './customer.ts'

/** What a load run consists of. */
export interface Load {
  /** Seconds since the start, ascending. */
  arrivals: Iterator<number>
  /** Prepares the request of an arrival, to be sent when there is a slot; called once per arrival, in order. */
  begin(atSeconds: number): () => Promise<Outcome>
  /** Called with each end; the latency counts from the scheduled arrival. */
  finished(outcome: Outcome, latencyMs: number): void
  sent(): void
  maxConcurrency: number
  /** The longest that an arrival waits for a slot. */
  patienceMs: number
}

interface Waiting {
  at: number
  send: () => Promise<Outcome>
}

/**
 * Open loop: requests leave when they are due, however slow the answers are. With `maxConcurrency` in flight an arrival waits for a slot;
 * its latency counts from when it was due, and after `patienceMs` it has given up unsent (`dropped`). Resolves when all have ended;
 * an abort stops the arrivals and waits for what is in flight.
 */
export async function runLoad(load: Load, signal: AbortSignal): Promise<void> {
  const start = performance.now()
  const line: Waiting[] = []
  let inFlight = 0
  const { promise: done, resolve: finish } = Promise.withResolvers<void>()
  let next = load.arrivals.next()
  let timer: NodeJS.Timeout | undefined

  async function send({ at, send }: Waiting): Promise<void> {
    inFlight += 1
    load.sent()
    const outcome = await send()
    inFlight -= 1
    load.finished(outcome, performance.now() - at)
    advance()
  }

  function advance(): void {
    for (let first = line[0]; first; first = line[0]) {
      const late = performance.now() - first.at
      if (late < load.patienceMs && inFlight >= load.maxConcurrency) break
      line.shift()
      if (late < load.patienceMs) void send(first)
      else load.finished({ kind: 'dropped' }, late)
    }
    if (next.done && inFlight === 0 && line.length === 0) finish()
  }

  function tick(): void {
    const now = performance.now()
    for (; !next.done && start + next.value * 1_000 <= now; next = load.arrivals.next())
      line.push({ at: start + next.value * 1_000, send: load.begin(next.value) })
    advance()
    if (!next.done) timer = setTimeout(tick, Math.max(1, start + next.value * 1_000 - performance.now()))
  }

  function stop(): void {
    clearTimeout(timer)
    next = { done: true, value: undefined }
    line.length = 0
    advance()
  }

  signal.addEventListener('abort', stop, { once: true })
  tick()
  await done
  signal.removeEventListener('abort', stop)
}
