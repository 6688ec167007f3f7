import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Dispatcher } from 'undici'
import type { Backend, BackendSet } from './backend-set.ts'
import { decideFailover } from './failover.ts'
import { requestHeaders, responseHeaders } from './headers.ts'
import type { Metrics } from './metrics.ts'
import { answerProblem } from './problem.ts'
import { BodyTooLarge, bodyKind, readWhole, StreamedBody } from './request-body.ts'

/** A request that passed all checks, and what its forwarding needs. */
export interface Forwarding {
  request: IncomingMessage
  response: ServerResponse
  /** Origin form. */
  target: string
  host: string | undefined
  backends: BackendSet
  metrics: Metrics
}

/** Sends a request to the backend whose turn it is, and to others as `decideFailover` allows; always ends the response. */
export function forward(forwarding: Forwarding): void {
  const exchange = new Exchange(forwarding)
  const kind = bodyKind(forwarding.request)
  if (kind === 'whole') readWhole(forwarding.request, (body) => exchange.start(body))
  else exchange.start(kind === 'stream' ? new StreamedBody(forwarding.request) : null)
}

/** One request on its way through the backends: the handler of undici's `dispatch`, without a promise per request. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #on: Forwarding
  readonly #headers: string[]
  readonly #tried: Backend[] = []
  #backend: Backend | undefined
  #body: Buffer | StreamedBody | null = null
  #controller: Dispatcher.DispatchController | undefined
  #sent = false
  #callerGone = false
  /** Bytes of the answer that Content-Length still promises. */
  #promised = Number.NaN

  constructor(forwarding: Forwarding) {
    this.#on = forwarding
    this.#headers = requestHeaders(forwarding.request, forwarding.host)
    const { response } = forwarding
    response.on('drain', () => this.#controller?.resume())
    response.on('close', () => {
      if (response.writableFinished) return
      this.#callerGone = true
      this.#controller?.abort(new Error('the caller went away'))
    })
  }

  start(body: Buffer | StreamedBody | null): void {
    this.#body = body
    this.#tryNext()
  }

  #tryNext(): void {
    const { backends, request, response, target } = this.#on
    this.#backend = backends.pick(this.#tried)
    if (!this.#backend) {
      const detail = 'The load balancer has no backend to send this request to.'
      answerProblem(response, { status: 503, code: 'no_backend', detail, headers: { 'retry-after': '1' } })
      return
    }
    this.#tried.push(this.#backend)
    this.#sent = false
    const method = (request.method ?? 'GET') as Dispatcher.HttpMethod // Node's parser accepts registered methods only.
    this.#backend.pool.dispatch({ path: target, method, headers: this.#headers, body: this.#body }, this)
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#callerGone) controller.abort(new Error('the caller went away'))
    else this.#sent = true
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: Record<string, unknown>): void {
    if (status < 200) return
    const raw = Array.isArray(controller.rawHeaders) ? controller.rawHeaders : []
    this.#promised = Number(headers['content-length'] ?? Number.NaN)
    this.#on.response.writeHead(status, responseHeaders(raw, this.#backend?.url ?? ''))
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const { response } = this.#on
    // As a string, a body that arrived whole leaves together with the head in one write.
    if (chunk.length === this.#promised) response.end(chunk.toString('latin1'), 'latin1')
    else if (!response.write(chunk)) controller.pause()
  }

  onResponseEnd(): void {
    this.#on.response.end()
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    const { request, response, backends, metrics } = this.#on
    if (this.#callerGone) return
    const code = 'code' in error ? String(error.code) : ''
    if (error instanceof BodyTooLarge || code === 'UND_ERR_INVALID_ARG') {
      const status = error instanceof BodyTooLarge ? 413 : 400
      answerProblem(response, { status, code: status === 413 ? 'body_too_large' : 'invalid_request', detail: error.message })
      return
    }
    const decision = decideFailover({
      method: request.method ?? '',
      code,
      sent: this.#sent,
      hasBody: this.#body !== null,
      answered: response.headersSent,
      backendLeft: backends.hasOther(this.#tried),
    })
    metrics.upstreamFailed(decision.reason)
    if (this.#backend && !this.#sent) backends.passOver(this.#backend)
    if (decision.kind === 'retry') this.#tryNext()
    else if (decision.kind === 'cut') response.destroy()
    else this.#answerFailure(decision.status, decision.reason)
  }

  #answerFailure(status: number, reason: string): void {
    const backend = this.#backend?.url ?? ''
    const detail = `The backend ${backend} gave no complete answer (${reason}).`
    answerProblem(this.#on.response, { status, code: reason, detail, headers: { 'x-lb-backend': backend } })
  }
}
