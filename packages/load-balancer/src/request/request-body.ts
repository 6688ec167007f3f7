import type { IncomingMessage } from 'node:http'
import { WHOLE_BODY_BYTES } from '../limits.ts'
import type { UpstreamConnection } from '../upstream/upstream-connection.ts'
import type { BodyPace } from './body-pace.ts'
import { MAX_BODY_BYTES } from './request-check.ts'

/** How a request's body is to be handled, by its headers. */
export function bodyKind({ headers }: IncomingMessage): 'none' | 'whole' | 'stream' {
  if (headers['transfer-encoding'] !== undefined) return 'stream'
  const length = headers['content-length']
  if (length === undefined || Number(length) === 0) return 'none'
  return Number(length) <= WHOLE_BODY_BYTES ? 'whole' : 'stream'
}

/** The lines that frame the request for the backend, and the empty line. */
export function framing({ headers }: IncomingMessage): string {
  if (headers['transfer-encoding'] !== undefined) return 'Transfer-Encoding: chunked\r\n\r\n'
  const length = headers['content-length']
  return length === undefined ? '\r\n' : `Content-Length: ${length}\r\n\r\n`
}

/** Reads a small body, then calls `done`; never calls it when the caller goes away first. */
export function readWhole(request: IncomingMessage, pace: BodyPace, done: (body: Buffer) => void): void {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => {
    pace.received(chunk.length)
    chunks.push(chunk)
  })
  request.on('end', () => done(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)))
}

/** A large body on its way to a backend, with back-pressure. */
export class BodyStream {
  readonly #request: IncomingMessage
  readonly #pace: BodyPace
  readonly #chunked: boolean
  #to: UpstreamConnection | null
  #bytes = 0

  /** `onTooLarge` is called when more comes than is forwarded, `onComplete` when the backend has all of it. */
  constructor(
    request: IncomingMessage,
    { to, pace, onTooLarge, onComplete }: { to: UpstreamConnection; pace: BodyPace; onTooLarge: () => void; onComplete: () => void },
  ) {
    this.#request = request
    this.#pace = pace
    this.#to = to
    this.#chunked = request.headers['transfer-encoding'] !== undefined
    request.on('data', (chunk: Buffer) => {
      pace.received(chunk.length)
      this.#bytes += chunk.length
      if (!this.#to) return
      if (this.#bytes > MAX_BODY_BYTES) onTooLarge()
      else if (!this.#write(this.#to, chunk)) this.#hold()
    })
    request.on('end', () => {
      if (!this.#to) return
      if (this.#chunked) this.#to.write('0\r\n\r\n')
      this.#to.completed()
      this.#to = null
      onComplete()
    })
  }

  /** The backend takes more. */
  more(): void {
    this.#pace.go(performance.now())
    this.#request.resume()
  }

  /** The exchange is over: what is still to come is read and thrown away. */
  discard(): void {
    this.#to = null
    this.#request.resume()
  }

  #write(to: UpstreamConnection, chunk: Buffer): boolean {
    if (!this.#chunked) return to.write(chunk)
    to.write(`${chunk.length.toString(16)}\r\n`)
    to.write(chunk)
    return to.write('\r\n')
  }

  #hold(): void {
    this.#pace.hold(performance.now())
    this.#request.pause()
  }
}
