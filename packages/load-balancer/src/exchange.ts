import type { AnswerOrigin } from './answer-counts.ts'
import { Attempts } from './attempts.ts'
import type { Backend } from './backends/backend.ts'
import type { Admitted, ExchangeContext } from './exchange-context.ts'
import { backendFailed, NO_BACKEND, TOO_LARGE, TOO_SLOW } from './exchange-problems.ts'
import type { FailureReason } from './failover.ts'
import { LINGER_MS } from './limits.ts'
import { answerProblem, type Problem } from './problem.ts'
import { BodyPace } from './request/body-pace.ts'
import { BodyStream, bodyKind, framing, readWhole } from './request/request-body.ts'
import { writeRequestHead } from './request/request-head.ts'
import type { Listed } from './under-way.ts'
import type { ResponseHead } from './upstream/response-head.ts'
import type { UpstreamConnection, UpstreamExchange, UpstreamFailure } from './upstream/upstream-connection.ts'
import { type PendingWrite, writeSoon } from './write-batch.ts'

/**
 * queued: waits for the pipelined one before · receiving: a small body is read · connecting, waiting: on a backend · answering: its answer streams ·
 * flushing: all is written, the caller still reads · lingering: answered, the rest of its body is thrown away.
 */
type Phase = 'queued' | 'receiving' | 'connecting' | 'waiting' | 'answering' | 'flushing' | 'lingering' | 'over'

/**
 * One request on its way: the one object per request, which is the handler of its upstream connections too. "Who" is the set's to decide, "again?"
 * `decideFailover`'s. It always ends the response, and is counted exactly once.
 */
export class Exchange implements UpstreamExchange, PendingWrite, Listed {
  place = -1
  readonly forHead: boolean
  readonly #on: Admitted
  readonly #context: ExchangeContext
  readonly #attempts: Attempts
  #phase: Phase = 'queued'
  #begun = 0
  #deadline = Number.POSITIVE_INFINITY
  #body: Buffer | null = null
  #pace: BodyPace | null = null
  #stream: BodyStream | null = null
  #counted = false
  /** Of an answer that is about to be written. */
  #head: ResponseHead | null = null
  #answer = ''
  /** The answer is held back because the caller does not keep up. */
  #held = false

  constructor(context: ExchangeContext, admitted: Admitted) {
    this.#context = context
    this.#on = admitted
    this.#attempts = new Attempts(context)
    this.forHead = admitted.request.method === 'HEAD'
  }

  /** Its turn has come. */
  start(): void {
    const { request, response } = this.#on
    this.#begun = performance.now()
    this.#attempts.begun = this.#begun
    this.#context.underWay.add(this)
    if (bodyKind(request) !== 'whole') {
      this.#attempt(this.#context.backends.pick())
      return
    }
    this.#phase = 'receiving'
    this.#pace = new BodyPace(this.#context.limits, performance.now())
    if (request.headers.expect !== undefined) response.writeContinue()
    readWhole(request, this.#pace, (body) => {
      if (this.#phase !== 'receiving') return
      this.#body = body
      this.#attempts.begun = performance.now()
      this.#attempt(this.#context.backends.pick())
    })
  }

  connected(connection: UpstreamConnection): void {
    const { request, target, host, caller } = this.#on
    this.#attempts.connected(connection)
    this.#phase = 'waiting'
    this.#deadline = this.#attempts.begun + this.#context.limits.readTimeoutMs
    const head = writeRequestHead(request, target, host, caller.origin)
    connection.writeRequest(`${head}X-Request-Start: t=${this.#context.clock.at(this.#begun)}\r\n${framing(request)}`, this.#body)
    if (this.#body !== null || bodyKind(request) === 'none') connection.completed()
    else this.#streamBody(connection)
  }

  answerWhole(head: ResponseHead, body: string): void {
    this.#attempts.answered(head.status)
    this.#head = head
    this.#answer = body
    writeSoon(this)
  }

  flush(): void {
    const head = this.#head
    const { response } = this.#on
    if (head === null || this.#phase === 'over' || response.headersSent) return
    response.writeHead(head.status, this.#answerHeaders(head))
    if (this.#answer.length > 0) response.end(this.#answer, 'latin1')
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
    this.#attempts.answered(this.#on.response.statusCode)
    this.#on.response.end()
    this.#settle('backend')
  }

  writable(): void {
    this.#stream?.more()
  }

  failed({ kind, detail, sent, answerBegun }: UpstreamFailure): void {
    this.#attempts.sent = sent
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
    else if (sending && this.#pace?.tooSlow(now)) this.#refuseOrCut(TOO_SLOW)
    else if (sending && this.#phase === 'waiting') {
      if ((this.#pace?.heldFor(now) ?? 0) > readTimeoutMs) this.#timeOut('read_timeout')
    } else if (now > this.#deadline) this.#pastDeadline()
  }

  #streamBody(connection: UpstreamConnection): void {
    const { request, response } = this.#on
    const { readTimeoutMs } = this.#context.limits
    if (request.headers.expect !== undefined) response.writeContinue()
    const pace = new BodyPace(this.#context.limits, performance.now())
    this.#pace = pace
    const onTooLarge = () => this.#refuseOrCut(TOO_LARGE)
    const onComplete = () => {
      if (this.#phase === 'waiting') this.#deadline = performance.now() + readTimeoutMs
    }
    this.#stream = new BodyStream(request, { to: connection, pace, onTooLarge, onComplete })
  }

  /** The request's own time is over, whoever took it. */
  #tookTooLong(): void {
    if (this.#phase === 'connecting' || this.#phase === 'waiting') this.#pastDeadline()
    else this.#refuseOrCut(TOO_SLOW)
  }

  #refuseOrCut(problem: Problem): void {
    if (!this.refuse(problem)) this.#cut()
  }

  #pastDeadline(): void {
    if (this.#phase === 'connecting') this.#timeOut('connect_timeout')
    else if (this.#phase === 'waiting') this.#timeOut('read_timeout')
    else if (this.#phase === 'answering') this.#timeOut('cut_short')
    else this.#cut()
  }

  #timeOut(reason: FailureReason): void {
    this.#attempts.connection?.destroy()
    this.#fail(reason, this.#phase === 'answering')
  }

  /** Ends the caller's connection, which is the only way left to say that something is missing. */
  #cut(): void {
    this.#abandon()
    this.#count(this.#on.response.statusCode, 'backend')
    this.#over()
    this.#on.request.socket.destroy()
  }

  #attempt(backend: Backend | undefined): void {
    if (!backend) {
      this.#answerProblem(NO_BACKEND)
      return
    }
    this.#phase = 'connecting'
    this.#deadline = this.#attempts.begun + this.#context.limits.connectTimeoutMs
    this.#attempts.begin(backend, this)
  }

  #fail(reason: FailureReason, answerBegun: boolean): void {
    const { method = '' } = this.#on.request
    const answered = this.#on.response.headersSent
    const failure = this.#attempts.failed({ method, reason, replayable: this.#stream === null, answerBegun, answered })
    if (failure?.kind === 'cut') this.#cut()
    else if (failure?.kind === 'answer') this.#answerProblem(backendFailed(this.#attempts.asked, failure.status, reason))
    else if (failure?.kind === 'retry') this.#attempt(this.#attempts.pickOther())
  }

  #answerProblem(problem: Problem): void {
    const { response } = this.#on
    if (this.#context.closing) response.shouldKeepAlive = false
    answerProblem(response, problem)
    this.#settle('balancer')
  }

  #answerHeaders({ headers }: ResponseHead): string[] {
    if (this.#context.closing) this.#on.response.shouldKeepAlive = false
    headers.push('X-LB-Backend', this.#attempts.asked)
    return headers
  }

  /** Gives up on the backend without holding it against it. */
  #abandon(): void {
    this.#attempts.abandon()
    this.#stream?.discard()
  }

  /** The caller reads slower than the backend answers. */
  #holdBack(): void {
    const { response } = this.#on
    const { callerTimeoutMs, readTimeoutMs } = this.#context.limits
    this.#held = true
    this.#deadline = Number.POSITIVE_INFINITY
    this.#attempts.connection?.pause()
    response.socket?.setTimeout(callerTimeoutMs)
    response.once('drain', () => {
      this.#held = false
      response.socket?.setTimeout(0)
      this.#deadline = performance.now() + readTimeoutMs
      this.#attempts.connection?.resume()
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
    if (this.#attempts.count > 0) metrics.attempts(this.#attempts.count)
    metrics.answered(this.#attempts.asked, status, origin, (performance.now() - this.#begun) / 1_000)
  }

  #over(): void {
    this.#phase = 'over'
    this.#context.underWay.delete(this)
    this.#on.caller.leave(this)
  }
}
