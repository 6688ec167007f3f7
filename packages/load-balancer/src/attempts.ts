import type { AnswerToCaller } from './answer-to-caller.ts'
import type { Backend } from './backends/backend.ts'
import type { ExchangeContext } from './exchange-context.ts'
import { backendFailed, NO_BACKEND } from './exchange-problems.ts'
import { decideFailover, type FailureReason } from './failover.ts'
import type { Problem } from './problem.ts'
import type { ResponseHead } from './upstream/response-head.ts'
import type { UpstreamConnection, UpstreamExchange, UpstreamFailure } from './upstream/upstream-connection.ts'

/** What a try needs of the request that it is for. */
export interface TriedRequest {
  readonly method: string
  /** All of it can be sent again. */
  readonly replayable: boolean
  /** Writes the request to a connection that stands. */
  send(connection: UpstreamConnection): void
  /** The backend takes more of a body. */
  writable(): void
  /** No backend answers it. */
  giveUp(problem: Problem): void
  /** The caller has part of an answer whose rest will not come. */
  cut(): void
}

type State = 'none' | 'connecting' | 'waiting' | 'answering'

/**
 * The tries of one request, one backend after the other, each from the choice of the backend to the end of its answer or to its failure. Keeps in-flight counts,
 * health records and metrics right however a try ends. BackendSet chooses the backend; decideFailover says whether another one is tried.
 */
export class Attempts implements UpstreamExchange {
  readonly forHead: boolean
  readonly #context: ExchangeContext
  readonly #request: TriedRequest
  readonly #answer: AnswerToCaller
  #state: State = 'none'
  #backend: Backend | null = null
  #connection: UpstreamConnection | null = null
  #count = 0
  #asked = ''
  /** Monotonic, in ms, as the deadline. */
  #begun = 0
  #deadline = Number.POSITIVE_INFINITY
  /** Another backend is asked when this one has not begun its answer by the deadline. */
  #isImpatient = false
  /** The answer is held back because the caller does not keep up. */
  #held = false

  constructor(context: ExchangeContext, request: TriedRequest, answer: AnswerToCaller) {
    this.#context = context
    this.#request = request
    this.#answer = answer
    this.forHead = request.method === 'HEAD'
  }

  /** How many there were. */
  get count(): number {
    return this.#count
  }

  /** Address of the backend that was asked last; empty before the first. */
  get asked(): string {
    return this.#asked
  }

  get state(): State {
    return this.#state
  }

  /** The first try. */
  begin(now: number): void {
    this.#try(this.#context.backends.pick(), now)
  }

  connected(connection: UpstreamConnection): void {
    this.#connection = connection
    this.#state = 'waiting'
    this.#deadline = this.#begun + this.#patienceMs()
    this.#request.send(connection)
  }

  writable(): void {
    this.#request.writable()
  }

  /** The whole body has been sent: from now on it is the backend that is waited for. */
  sent(now: number): void {
    if (this.#state === 'waiting') this.#deadline = now + this.#patienceMs()
  }

  answerWhole(head: ResponseHead, body: string): void {
    this.#answered(head.status)
    this.#answer.whole(head, body, this.#asked)
  }

  answerHead(head: ResponseHead): void {
    this.#state = 'answering'
    this.#deadline = performance.now() + this.#context.settings.readTimeoutMs
    this.#answer.begin(head, this.#asked)
  }

  answerPart(chunk: Buffer): void {
    const keepsUp = this.#answer.part(chunk)
    if (this.#held) return
    if (keepsUp) this.#deadline = performance.now() + this.#context.settings.readTimeoutMs
    else this.#hold()
  }

  answerEnd(): void {
    this.#answered(this.#answer.status)
    this.#answer.end()
  }

  failed({ kind, detail, sent, answerBegun }: UpstreamFailure): void {
    if (this.#state === 'answering') this.#fail('cut_short', { sent, answerBegun: true })
    else if (kind === 'connect') this.#fail(detail === 'ETIMEDOUT' ? 'connect_timeout' : 'connect_failed', { sent, answerBegun: false })
    else this.#fail(kind === 'closed' ? 'connection_lost' : 'bad_answer', { sent, answerBegun })
  }

  /** True when the backend has taken too long for what it is to do next. */
  isLate(now: number): boolean {
    return this.#state !== 'none' && now > this.#deadline
  }

  /** Ends a try that takes too long, as a failure of its backend. */
  timeOut(): void {
    const state = this.#state
    if (state === 'none') return
    this.#connection?.destroy()
    this.#fail(TOO_LATE[state], { sent: state !== 'connecting', answerBegun: state === 'answering' })
  }

  /** Gives up on the backend without holding it against it. */
  abandon(): void {
    this.#connection?.destroy()
    this.#leave()
  }

  #try(backend: Backend | undefined, now: number): void {
    if (!backend) {
      this.#request.giveUp(NO_BACKEND)
      return
    }
    this.#context.backends.begin(backend)
    this.#backend = backend
    this.#asked = backend.url
    this.#count += 1
    this.#begun = now
    this.#state = 'connecting'
    this.#deadline = now + this.#context.limits.connectTimeoutMs
    const opened = backend.pool.lead(this)
    if (opened) this.#connection = opened
  }

  #answered(status: number): void {
    const backend = this.#leave()
    if (!backend) return
    this.#context.backends.answered(backend, status)
    this.#context.metrics.upstreamAnswered((performance.now() - this.#begun) / 1_000)
  }

  #fail(reason: FailureReason, { sent, answerBegun }: { sent: boolean; answerBegun: boolean }): void {
    const { backends, metrics } = this.#context
    const backend = this.#leave()
    if (!backend) return
    const isLeftEarly = reason === 'read_timeout' && this.#isImpatient
    // It may well have answered in time.
    if (!isLeftEarly) backends.failed(backend, reason)
    metrics.upstreamFailed(reason)
    const { method, replayable } = this.#request
    const { retries, resendsAlways } = this.#context.settings
    const backendLeft = this.#count <= retries && backends.hasOther(backend)
    const failed = { method, reason, replayable, sent, answerBegun, answered: this.#answer.begun, backendLeft }
    const decision = decideFailover(failed, resendsAlways || isLeftEarly)
    if (decision.kind === 'cut') this.#request.cut()
    else if (decision.kind === 'answer') this.#request.giveUp(backendFailed(this.#asked, decision.status, reason))
    else {
      metrics.retried(reason)
      this.#try(backends.pickOther(backend), performance.now())
    }
  }

  /** How long the backend has to begin its answer; the last one that the request may go to has the longest. */
  #patienceMs(): number {
    const { settings, backends } = this.#context
    const { readTimeoutMs, resendAfterMs, retries } = settings
    const isShort = resendAfterMs > 0 && resendAfterMs < readTimeoutMs && this.#count <= retries && this.#request.replayable
    this.#isImpatient = isShort && this.#backend !== null && backends.hasOther(this.#backend)
    return this.#isImpatient ? resendAfterMs : readTimeoutMs
  }

  /** The caller reads slower than the backend answers. */
  #hold(): void {
    this.#held = true
    this.#deadline = Number.POSITIVE_INFINITY
    this.#connection?.pause()
    this.#answer.whenDrained(() => {
      this.#held = false
      this.#deadline = performance.now() + this.#context.settings.readTimeoutMs
      this.#connection?.resume()
    })
  }

  #leave(): Backend | null {
    const backend = this.#backend
    this.#backend = null
    this.#connection = null
    this.#state = 'none'
    if (backend) this.#context.backends.end(backend)
    return backend
  }
}

const TOO_LATE = { connecting: 'connect_timeout', waiting: 'read_timeout', answering: 'cut_short' } as const satisfies Record<
  Exclude<State, 'none'>,
  FailureReason
>
