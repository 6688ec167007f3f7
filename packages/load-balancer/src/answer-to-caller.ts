import type { ServerResponse } from 'node:http'
import type { AnswerOrigin } from './answer-counts.ts'
import type { Admitted, ExchangeContext } from './exchange-context.ts'
import { LINGER_MS } from './limits.ts'
import { answerProblem, type Problem } from './problem.ts'
import { bodyKind } from './request/request-body.ts'
import type { ResponseHead } from './upstream/response-head.ts'
import { type PendingWrite, writeSoon } from './write-batch.ts'

/** What an answer needs of the request that it answers. */
export interface AnsweredRequest {
  /** All of the answer is written: whatever of the request's body is still to come is thrown away. */
  answered(): void
  /** The answer has this status and this maker; called once. */
  count(status: number, origin: AnswerOrigin): void
  /** The caller has all of the answer, or never will. */
  over(): void
}

/** streaming: parts follow · flushing: all is written, the caller still reads · lingering: answered, the rest of the request is thrown away. */
type Phase = 'none' | 'whole' | 'streaming' | 'flushing' | 'lingering' | 'over'

/** The answer of one request on its way to the caller. It is written once, counted once, and ends the request. */
export class AnswerToCaller implements PendingWrite {
  readonly #call: Admitted
  readonly #context: ExchangeContext
  readonly #request: AnsweredRequest
  #phase: Phase = 'none'
  #lingersUntil = Number.POSITIVE_INFINITY
  #counted = false
  /** Who made what is written. */
  #origin: AnswerOrigin = 'backend'
  /** Of an answer that is about to be written. */
  #head: ResponseHead | null = null
  #body = ''
  #backend = ''

  constructor(context: ExchangeContext, call: Admitted, request: AnsweredRequest) {
    this.#context = context
    this.#call = call
    this.#request = request
  }

  /** Its head has gone to the caller. */
  get begun(): boolean {
    return this.#call.response.headersSent
  }

  get status(): number {
    return this.#call.response.statusCode
  }

  /** A small answer of this backend; it is written a moment later, together with others (see write-batch.ts). */
  whole(head: ResponseHead, body: string, backend: string): void {
    this.#phase = 'whole'
    this.#head = head
    this.#body = body
    this.#backend = backend
    writeSoon(this)
  }

  flush(): void {
    const head = this.#head
    const { response } = this.#call
    if (head === null || this.#phase !== 'whole' || response.headersSent) return
    response.writeHead(head.status, this.#headers(head, this.#backend))
    if (this.#body.length > 0) response.end(this.#body, 'latin1')
    else response.end()
    this.#settle()
  }

  /** The head of an answer whose body follows in parts. */
  begin(head: ResponseHead, backend: string): void {
    this.#phase = 'streaming'
    this.#call.response.writeHead(head.status, this.#headers(head, backend))
  }

  /** False when the caller does not keep up; then no more parts until `whenDrained` has called back. */
  part(chunk: Buffer): boolean {
    return this.#call.response.write(chunk)
  }

  /** Calls back when the caller has read on; its connection is closed when it reads nothing for the caller's time-out. */
  whenDrained(resume: () => void): void {
    const { response } = this.#call
    response.socket?.setTimeout(this.#context.limits.callerTimeoutMs)
    response.once('drain', () => {
      response.socket?.setTimeout(0)
      resume()
    })
  }

  /** The last part was written. */
  end(): void {
    this.#call.response.end()
    this.#settle()
  }

  /** An answer of the balancer's own. */
  problem(problem: Problem): void {
    const { response } = this.#call
    this.#keepOrClose(response)
    answerProblem(response, problem)
    this.#origin = 'balancer'
    this.#settle()
  }

  /** Ends the caller's connection, which is the only way left to say that something is missing. */
  cut(): void {
    this.#count(this.#origin)
    this.#over()
    this.#call.request.socket.destroy()
  }

  /** The caller closed its connection: what it had got until then is counted, 499 when that was nothing. */
  callerLeft(): void {
    if (this.begun) this.#count(this.#origin)
    else this.#count('balancer', 499)
    this.#over()
  }

  /** True when the rest of an answered request has been waited for long enough. */
  isLate(now: number): boolean {
    return now > this.#lingersUntil
  }

  #headers({ headers }: ResponseHead, backend: string): string[] {
    this.#keepOrClose(this.#call.response)
    headers.push('X-LB-Backend', backend)
    return headers
  }

  #keepOrClose(response: ServerResponse): void {
    if (this.#context.closing) response.shouldKeepAlive = false
  }

  /** All of the answer is written. Waits for the caller where it has not read all, or not sent all. */
  #settle(): void {
    const { request, response } = this.#call
    this.#request.answered()
    if (response.writableLength > 0) {
      this.#phase = 'flushing'
      response.socket?.setTimeout(this.#context.limits.callerTimeoutMs)
      response.once('finish', () => this.#finish())
    } else if (bodyKind(request) !== 'none' && !request.complete) {
      this.#count(this.#origin)
      this.#phase = 'lingering'
      this.#lingersUntil = performance.now() + LINGER_MS
      request.once('close', () => this.#over())
    } else this.#finish()
  }

  #finish(): void {
    if (this.#phase === 'over') return
    this.#count(this.#origin)
    this.#over()
  }

  #count(origin: AnswerOrigin, status = this.status): void {
    if (this.#counted) return
    this.#counted = true
    this.#request.count(status, origin)
  }

  #over(): void {
    if (this.#phase === 'over') return
    this.#phase = 'over'
    this.#request.over()
  }
}
