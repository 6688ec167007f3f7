import type { Choice } from '../journeys/request-plan.ts'
import { toThreadTime } from './clock.ts'
import { createExchanges } from './exchanges.ts'
import { Queue } from './queue.ts'
import { createRecorder } from './recorder.ts'
import type { Due, Sender, SenderSettings } from './sender.ts'
import { createRequestWriter } from './write-request.ts'

/** An arrival that is due. */
interface Waiting {
  choice: Choice
  dueAt: number
}

/**
 * At most so many connections are opened in one turn of the event loop: a sender that is behind hears of answers in between, instead of
 * opening a connection for each arrival that it missed and falling behind further.
 */
const MOST_OPENED = 64

/**
 * Open loop: requests leave when they are due, however slow the answers are. Timers only wake the loop; what is due is read off the clock, so
 * nothing drifts. With `maxInFlight` under way an arrival waits for a slot and is shed after `timeoutMs`.
 */
export function createLocalSender(settings: SenderSettings, due: Due): Sender {
  const { maxInFlight, timeoutMs, stamp } = settings
  const { hostname, port, host } = new URL(settings.url)
  const recorder = createRecorder()
  const write = createRequestWriter(host)
  const target = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 80) }
  const exchanges = createExchanges(target, { timeoutMs, recorder, ended: whenEnded })
  const line = new Queue<Waiting>()
  const { promise: ended, resolve: finish } = Promise.withResolvers<void>()
  let start = 0
  let toUnixMs = 0
  let next = due.next()
  let nextAt = Number.POSITIVE_INFINITY
  let timer: NodeJS.Timeout | undefined
  let opened = 0
  /** Arrivals that were due before this had to wait for a slot. */
  let heldBackUntil = Number.NEGATIVE_INFINITY

  function whenEnded(now: number): void {
    if (line.length > 0 || nextAt <= now) pump(now)
    if (next.done && exchanges.inFlight === 0 && line.length === 0) wake()
  }

  function pump(now: number): void {
    for (; !next.done && nextAt <= now; advance()) line.push({ choice: next.value.choice, dueAt: nextAt })
    for (let first = line.peek(); first; first = line.peek()) {
      if (now - first.dueAt >= timeoutMs) shed(first, now)
      else if (exchanges.inFlight >= maxInFlight) {
        heldBackUntil = now
        return
      } else if (!maySend(now)) return
      else send(first)
    }
  }

  function maySend(now: number): boolean {
    if (exchanges.hasIdleConnection(now)) return true
    opened += 1
    return opened <= MOST_OPENED
  }

  function send({ choice, dueAt }: Waiting): void {
    line.shift()
    const request = choice()
    const times = { operation: request.operation, dueAt, sentAt: performance.now() }
    recorder.sent(times, dueAt <= heldBackUntil)
    exchanges.send(write(request, stamp ? dueAt + toUnixMs : undefined), times)
  }

  function shed({ choice, dueAt }: Waiting, now: number): void {
    line.shift()
    recorder.ended({ operation: choice().operation, dueAt, sentAt: now }, 'shed', now)
  }

  function advance(): void {
    next = due.next()
    nextAt = next.done ? Number.POSITIVE_INFINITY : start + next.value.at * 1_000
  }

  function wake(): void {
    opened = 0
    const now = performance.now()
    const deadline = exchanges.expire(now) ?? Number.POSITIVE_INFINITY
    pump(now)
    clearTimeout(timer)
    if (next.done && line.length === 0 && exchanges.inFlight === 0) {
      finish()
      return
    }
    const wait = line.length > 0 ? 1 : Math.min(nextAt, deadline, now + 1_000) - performance.now()
    timer = setTimeout(wake, Math.max(1, Math.floor(wait)))
  }

  return {
    start(startAt) {
      start = toThreadTime(startAt)
      toUnixMs = performance.timeOrigin
      nextAt = next.done ? Number.POSITIVE_INFINITY : start + next.value.at * 1_000
      wake()
    },
    collect: async () => ({ tally: recorder.take(), inFlight: exchanges.inFlight }),
    stop() {
      next = { done: true, value: undefined }
      nextAt = Number.POSITIVE_INFINITY
      line.clear()
      wake()
    },
    ended,
    async [Symbol.asyncDispose]() {
      clearTimeout(timer)
      exchanges[Symbol.dispose]()
    },
  }
}
