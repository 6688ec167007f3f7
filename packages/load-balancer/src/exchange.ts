import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AnswerOrigin } from './answer-counts.ts'
import type { Backend } from './backends/backend.ts'
import type { BackendSet } from './backends/backend-set.ts'
import type { CallerConnection } from './caller-connection.ts'
import { decideFailover, type FailureReason } from './failover.ts'
import { LINGER_MS, type Limits } from './limits.ts'
import type { Metrics } from './metrics.ts'
import { answerProblem, type Problem } from './problem.ts'
import { BodyPace } from './request/body-pace.ts'
import { BodyStream, bodyKind, framing, readWhole } from './request/request-body.ts'
import { writeRequestHead } from './request/request-head.ts'
import type { ResponseHead } from './upstream/response-head.ts'
import type { UpstreamConnection, UpstreamExchange, UpstreamFailure } from './upstream/upstream-connection.ts'
import type { WallClock } from './wall-clock.ts'

/** What all exchanges share. */
export interface ExchangeContext {
  readonly backends: BackendSet
  readonly metrics: Metrics
  readonly limits: Limits
  readonly clock: WallClock
  /** The exchanges under way; whoever keeps the time looks through them a few times a second. */
  readonly underWay: Set<Exchange>
  /** The process is about to end: connections are not kept. */
  closing: boolean
}

/** A request that passed all checks. */
export interface Admitted {
  request: IncomingMessage
  response: ServerResponse
  /** Origin form. */
  target: string
  host: string | undefined
  caller: CallerConnection
}

/**
 * queued: waits for the pipelined one before · receiving: a small body is read · connecting, waiting: on a backend · answering: its answer streams ·
 * flushing: all is written, the caller still reads · lingering: answered, the rest of its body is thrown away.
 */
type Phase = 'queued' | 'receiving' | 'connecting' | 'waiting' | 'answering' | 'flushing' | 'lingering' | 'over'

/** Share of the caller's time-out that is one window of the body's pace: a stall is noticed after two at the latest. */
const PACE_WINDOW = 0.8

const TOO_SLOW: Problem = { status: 408, code: 'request_timeout', detail: 'The request did not come in time.', close: true }

/**
 * One request on its way: the one object per request, which is the handler of its upstream connections too. "Who" is the set's to decide, "again?"
 * `decideFailover`'s. It always ends the response, and is counted exactly once.
 */
export class Exchange implements UpstreamExchange {
  readonly forHead: boolean
  readonly #on: Admitted
  readonly #context: ExchangeContext
  #phase: Phase = 'queued'
  /** Who works on it now. */
  #backend: Backend | null = null
  #connection: UpstreamConnection | null = null
  /** Who was asked last, and how many were. */
  #asked: Backend | null = null
  #attempts = 0
  #begun = 0
  #attemptBegun = 0
  #deadline = Number.POSITIVE_INFINITY
  #body: Buffer | null = null
  #pace: BodyPace | null = null
  #stream: BodyStream | null = null
  #sent = false
  #counted = false
  /** The answer is held back because the caller does not keep up. */
  #held = false

  constructor(context: ExchangeContext, admitted: Admitted) {
    this.#context = context
    this.#on = admitted
    this.forHead = admitted.request.method === 'HEAD'
  }

  /** Its turn has come. */
  start(): void {
    const { request, response } = this.#on
    this.#begun = performance.now()
    this.#attemptBegun = this.#begun
    this.#context.underWay.add(this)
    if (bodyKind(request) !== 'whole') {
      this.#attempt(this.#context.backends.pick())
      return
    }
    this.#phase = 'receiving'
    this.#pace = this.#newPace()
    if (request.headers.expect !== undefined) response.writeContinue()
    readWhole(request, this.#pace, (body) => {
      if (this.#phase !== 'receiving') return
      this.#body = body
      this.#attemptBegun = performance.now()
      this.#attempt(this.#context.backends.pick())
    })
  }

  connected(connection: UpstreamConnection): void {
    const { request, target, host, caller } = this.#on
    this.#connection = connection
    this.#phase = 'waiting'
    this.#sent = true
    this.#deadline = this.#attemptBegun + this.#context.limits.readTimeoutMs
    const head = writeRequestHead(request, target, host, caller.origin)
    connection.writeRequest(`${head}X-Request-Start: t=${this.#context.clock.at(this.#begun)}\r\n${framing(request)}`, this.#body)
    if (this.#body !== null || bodyKind(request) === 'none') connection.completed()
    else this.#streamBody(connection)
  }

  answerWhole(head: ResponseHead, body: string): void {
    const { response } = this.#on
    this.#release(head.status)
    response.writeHead(head.status, this.#answerHeaders(head))
    if (body.length > 0) response.end(body, 'latin1')
    else response.end()
    this.#settle('backend')
  }

  answerHead(head: ResponseHead): void {
    this.#phase = 'answering'
    this.#deadline = performance.now() + this.#context.limits.readTimeoutMs
    this.#on.response.writeHead(head.status, this.#answerHeaders(head))
  }

  answerPart(chunk: Buffer): void {
    this.#deadline = performance.now() + this.#context.limits.readTimeoutMs
    if (!this.#on.response.write(chunk) && !this.#held) this.#holdBack()
  }

  answerEnd(): void {
    this.#release(this.#on.response.statusCode)
    this.#on.response.end()
    this.#settle('backend')
  }

  writable(): void {
    this.#stream?.more()
  }

  failed({ kind, detail, answerBegun }: UpstreamFailure): void {
    if (this.#phase === 'answering') this.#fail('cut_short', true)
    else if (kind === 'connect') this.#fail(detail === 'ETIMEDOUT' ? 'connect_timeout' : 'connect_failed', false)
    else this.#fail(kind === 'closed' ? 'connection_lost' : 'bad_answer', answerBegun)
  }

  /** The caller closed its connection: nobody's failure, and nobody waits for the backend any more. */
  callerLeft(): void {
    if (this.#phase === 'over') return
    const { headersSent, statusCode } = this.#on.response
    if (this.#phase === 'queued') this.#begun = performance.now()
    this.#abandon()
    if (headersSent) this.#count(statusCode, 'backend')
    else this.#count(499, 'balancer')
    this.#over()
  }

  /** Node could not read on in the request, e.g. its chunks are none. False when it is too late to say so. */
  refuse(problem: Problem): boolean {
    if (this.#phase === 'over' || this.#on.response.headersSent) return false
    this.#abandon()
    this.#answerProblem(problem)
    return true
  }

  /** Ends what takes too long; called a few times a second. */
  checkTime(now: number): void {
    const { readTimeoutMs, totalTimeoutMs } = this.#context.limits
    const sending = this.#phase === 'receiving' || (this.#stream !== null && !this.#on.request.complete)
    if (now > this.#begun + totalTimeoutMs) this.#tookTooLong()
    else if (sending && this.#pace?.tooSlow(now)) this.#tooSlow()
    else if (sending && this.#phase === 'waiting') {
      if ((this.#pace?.heldFor(now) ?? 0) > readTimeoutMs) this.#timeOut('read_timeout')
    } else if (now > this.#deadline) this.#pastDeadline()
  }

  #streamBody(connection: UpstreamConnection): void {
    const { request, response } = this.#on
    const { readTimeoutMs } = this.#context.limits
    if (request.headers.expect !== undefined) response.writeContinue()
    const pace = this.#newPace()
    this.#pace = pace
    const onTooLarge = () => {
      if (!this.refuse({ status: 413, code: 'body_too_large', detail: 'The body has more bytes than are forwarded here.' })) this.#cut()
    }
    const onComplete = () => {
      if (this.#phase === 'waiting') this.#deadline = performance.now() + readTimeoutMs
    }
    this.#stream = new BodyStream(request, { to: connection, pace, onTooLarge, onComplete })
  }

  /** The request's own time is over, whoever took it. */
  #tookTooLong(): void {
    if (this.#phase === 'connecting' || this.#phase === 'waiting')
      this.#timeOut(this.#phase === 'connecting' ? 'connect_timeout' : 'read_timeout')
    else if (!this.refuse(TOO_SLOW)) this.#cut()
  }

  #tooSlow(): void {
    if (!this.refuse(TOO_SLOW)) this.#cut()
  }

  #pastDeadline(): void {
    if (this.#phase === 'connecting') this.#timeOut('connect_timeout')
    else if (this.#phase === 'waiting') this.#timeOut('read_timeout')
    else if (this.#phase === 'answering') this.#timeOut('cut_short')
    else this.#cut()
  }

  #timeOut(reason: FailureReason): void {
    this.#connection?.destroy()
    this.#fail(reason, this.#phase === 'answering')
  }

  /** Ends the caller's connection, which is the only way left to say that something is missing. */
  #cut(): void {
    this.#abandon()
    this.#count(this.#on.response.statusCode, 'backend')
    this.#over()
    this.#on.request.socket.destroy()
  }

  #newPace(): BodyPace {
    return new BodyPace(this.#context.limits.callerTimeoutMs * PACE_WINDOW, performance.now())
  }

  #attempt(backend: Backend | undefined): void {
    if (!backend) {
      const detail = 'The load balancer has no backend to send this request to.'
      this.#answerProblem({ status: 503, code: 'no_backend', detail, headers: ['Retry-After', '1'] })
      return
    }
    this.#context.backends.begin(backend)
    this.#backend = backend
    this.#asked = backend
    this.#attempts += 1
    this.#phase = 'connecting'
    this.#sent = false
    this.#deadline = this.#attemptBegun + this.#context.limits.connectTimeoutMs
    const opened = backend.pool.lead(this)
    if (opened) this.#connection = opened
  }

  #fail(reason: FailureReason, answerBegun: boolean): void {
    const { backends, metrics } = this.#context
    const backend = this.#backend
    if (!backend) return
    this.#backend = null
    this.#connection = null
    backends.end(backend)
    backends.failed(backend, reason)
    metrics.upstreamFailed(reason)
    const decision = decideFailover({
      method: this.#on.request.method ?? '',
      reason,
      sent: this.#sent,
      replayable: this.#stream === null,
      answerBegun,
      answered: this.#on.response.headersSent,
      backendLeft: this.#attempts === 1 && backends.hasOther(backend),
    })
    if (decision.kind === 'cut') this.#cut()
    else if (decision.kind === 'answer') this.#answerFailure(backend.url, decision.status, reason)
    else {
      metrics.retried(reason)
      this.#attemptBegun = performance.now()
      this.#attempt(backends.pickOther(backend))
    }
  }

  #answerFailure(url: string, status: number, reason: FailureReason): void {
    const headers = status === 503 ? ['X-LB-Backend', url, 'Retry-After', '1'] : ['X-LB-Backend', url]
    this.#answerProblem({ status, code: reason, detail: `The backend ${url} gave no complete answer (${reason}).`, headers })
  }

  #answerProblem(problem: Problem): void {
    const { response } = this.#on
    if (this.#context.closing) response.shouldKeepAlive = false
    answerProblem(response, problem)
    this.#settle('balancer')
  }

  #answerHeaders({ headers }: ResponseHead): string[] {
    if (this.#context.closing) this.#on.response.shouldKeepAlive = false
    headers.push('X-LB-Backend', this.#asked?.url ?? '')
    return headers
  }

  /** The backend has answered completely. */
  #release(status: number): void {
    const backend = this.#backend
    if (!backend) return
    this.#backend = null
    this.#connection = null
    this.#context.backends.end(backend)
    this.#context.backends.answered(backend, status)
    this.#context.metrics.upstreamAnswered((performance.now() - this.#attemptBegun) / 1_000)
  }

  /** Gives up on the backend without holding it against it. */
  #abandon(): void {
    this.#connection?.destroy()
    this.#connection = null
    this.#stream?.discard()
    if (this.#backend) this.#context.backends.end(this.#backend)
    this.#backend = null
  }

  /** The caller reads slower than the backend answers. */
  #holdBack(): void {
    const { response } = this.#on
    const { callerTimeoutMs, readTimeoutMs } = this.#context.limits
    this.#held = true
    this.#deadline = Number.POSITIVE_INFINITY
    this.#connection?.pause()
    response.socket?.setTimeout(callerTimeoutMs)
    response.once('drain', () => {
      this.#held = false
      response.socket?.setTimeout(0)
      this.#deadline = performance.now() + readTimeoutMs
      this.#connection?.resume()
    })
  }

  /** All of the answer is written. Waits for the caller where it has not read all, or not sent all. */
  #settle(origin: AnswerOrigin): void {
    const { request, response } = this.#on
    this.#deadline = Number.POSITIVE_INFINITY
    this.#stream?.discard()
    if (response.writableLength > 0) {
      this.#phase = 'flushing'
      response.socket?.setTimeout(this.#context.limits.callerTimeoutMs)
      response.once('finish', () => this.#finish(origin))
    } else if (bodyKind(request) !== 'none' && !request.complete) {
      this.#count(response.statusCode, origin)
      this.#phase = 'lingering'
      this.#deadline = performance.now() + LINGER_MS
      request.once('close', () => this.#over())
    } else this.#finish(origin)
  }

  #finish(origin: AnswerOrigin): void {
    if (this.#phase === 'over') return
    this.#count(this.#on.response.statusCode, origin)
    this.#over()
  }

  #count(status: number, origin: AnswerOrigin): void {
    if (this.#counted) return
    this.#counted = true
    const { metrics } = this.#context
    if (this.#attempts > 0) metrics.attempts(this.#attempts)
    metrics.answered(this.#asked?.url ?? '', status, origin, (performance.now() - this.#begun) / 1_000)
  }

  #over(): void {
    this.#phase = 'over'
    this.#context.underWay.delete(this)
    this.#on.caller.leave(this)
  }
}
