import type { AnswerOrigin } from './answer-counts.ts'
import { type AnsweredRequest, AnswerToCaller } from './answer-to-caller.ts'
import { Attempts, type TriedRequest } from './attempts.ts'
import type { EnteredRequest } from './caller-connection.ts'
import type { Admitted, ExchangeContext, Timed } from './exchange-context.ts'
import { TOO_LARGE, TOO_SLOW } from './exchange-problems.ts'
import type { Problem } from './problem.ts'
import { BodyPace } from './request/body-pace.ts'
import { BodyStream, bodyKind, framing, readWhole } from './request/request-body.ts'
import { writeRequestHead } from './request/request-head.ts'
import type { UpstreamConnection } from './upstream/upstream-connection.ts'

/** queued: waits for the pipelined one before · receiving: a small body is read · asking: `Attempts` asks backends · answered: `AnswerToCaller` has it. */
type Phase = 'queued' | 'receiving' | 'asking' | 'answered' | 'over'

/** One request: reads and sends it, and is over when its answer is. Always ends the response and counts it once. */
export class Exchange implements EnteredRequest, Timed, TriedRequest, AnsweredRequest {
  index = -1
  readonly #call: Admitted
  readonly #context: ExchangeContext
  readonly #answer: AnswerToCaller
  readonly #attempts: Attempts
  #phase: Phase = 'queued'
  #begun = 0
  #body: Buffer | null = null
  #pace: BodyPace | null = null
  #stream: BodyStream | null = null

  constructor(context: ExchangeContext, call: Admitted) {
    this.#context = context
    this.#call = call
    this.#answer = new AnswerToCaller(context, call, this)
    this.#attempts = new Attempts(context, this, this.#answer)
  }

  get method(): string {
    return this.#call.request.method ?? ''
  }

  get replayable(): boolean {
    return this.#stream === null
  }

  /** Its turn has come. */
  start(): void {
    const { request } = this.#call
    this.#begun = performance.now()
    this.#context.underWay.add(this)
    if (bodyKind(request) === 'whole') this.#receive()
    else this.#ask(this.#begun)
  }

  send(connection: UpstreamConnection): void {
    const { request, target, host, caller } = this.#call
    const head = writeRequestHead(request, target, host, caller.origin)
    connection.writeRequest(`${head}X-Request-Start: t=${this.#context.clock.at(this.#begun)}\r\n${framing(request)}`, this.#body)
    if (this.#body !== null || bodyKind(request) === 'none') connection.completed()
    else this.#streamBody(connection)
  }

  writable(): void {
    this.#stream?.more()
  }

  giveUp(problem: Problem): void {
    this.#answer.problem(problem)
  }

  cut(): void {
    this.#abandon()
    this.#answer.cut()
  }

  /** The caller closed its connection: nobody's failure, and nobody waits for the backend any more. */
  callerLeft(): void {
    if (this.#phase === 'over') return
    if (this.#phase === 'queued') this.#begun = performance.now()
    this.#abandon()
    this.#answer.callerLeft()
  }

  /** Node could not read on in the request, e.g. its chunks are none. False when it is too late to say so. */
  refuse(problem: Problem): boolean {
    if (this.#phase === 'over' || this.#answer.begun) return false
    this.#abandon()
    this.#answer.problem(problem)
    return true
  }

  /** Ends what takes too long; called a few times a second. */
  checkTime(now: number): void {
    const { readTimeoutMs, totalTimeoutMs } = this.#context.limits
    const { state } = this.#attempts
    const sending = this.#phase === 'receiving' || (this.#stream !== null && !this.#call.request.complete)
    if (now > this.#begun + totalTimeoutMs) {
      if (state === 'connecting' || state === 'waiting') this.#attempts.timeOut()
      else this.#refuseOrCut(TOO_SLOW)
    } else if (sending && this.#pace?.tooSlow(now)) this.#refuseOrCut(TOO_SLOW)
    else if (sending && state === 'waiting') {
      if ((this.#pace?.heldFor(now) ?? 0) > readTimeoutMs) this.#attempts.timeOut()
    } else if (this.#attempts.isLate(now)) this.#attempts.timeOut()
    else if (this.#answer.isLate(now)) this.cut()
  }

  answered(): void {
    this.#phase = 'answered'
    this.#stream?.discard()
  }

  count(status: number, origin: AnswerOrigin): void {
    const { metrics } = this.#context
    if (this.#attempts.count > 0) metrics.forwarded(this.method, status, this.#attempts.count)
    metrics.answered(this.#attempts.asked, status, origin, (performance.now() - this.#begun) / 1_000)
  }

  over(): void {
    this.#phase = 'over'
    this.#context.underWay.delete(this)
    this.#call.caller.leave(this)
  }

  #receive(): void {
    const { request, response } = this.#call
    this.#phase = 'receiving'
    this.#pace = new BodyPace(this.#context.limits, performance.now())
    if (request.headers.expect !== undefined) response.writeContinue()
    readWhole(request, this.#pace, (body) => {
      if (this.#phase !== 'receiving') return
      this.#body = body
      this.#ask(performance.now())
    })
  }

  #ask(now: number): void {
    this.#phase = 'asking'
    this.#attempts.begin(now)
  }

  #streamBody(connection: UpstreamConnection): void {
    const { request, response } = this.#call
    if (request.headers.expect !== undefined) response.writeContinue()
    const pace = new BodyPace(this.#context.limits, performance.now())
    this.#pace = pace
    const onTooLarge = () => this.#refuseOrCut(TOO_LARGE)
    const onComplete = () => this.#attempts.sent(performance.now())
    this.#stream = new BodyStream(request, { to: connection, pace, onTooLarge, onComplete })
  }

  #refuseOrCut(problem: Problem): void {
    if (!this.refuse(problem)) this.cut()
  }

  /** Gives up on the backend without holding it against it. */
  #abandon(): void {
    this.#attempts.abandon()
    this.#stream?.discard()
  }
}
