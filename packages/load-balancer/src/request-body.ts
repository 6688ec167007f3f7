import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { MAX_BODY_BYTES } from './request-check.ts'

/** A caller sent more than the balancer forwards. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge'
  readonly code = 'body_too_large'
}

/** Bodies of a declared length up to this are read as a whole before a backend is bothered with them. */
const WHOLE_UP_TO_BYTES = 64 * 1024

/** How a request's body is to be handled, by its headers. */
export function bodyKind({ headers }: IncomingMessage): 'none' | 'whole' | 'stream' {
  if (headers['transfer-encoding'] !== undefined) return 'stream'
  const length = Number(headers['content-length'] ?? 0)
  if (length === 0) return 'none'
  return length <= WHOLE_UP_TO_BYTES ? 'whole' : 'stream'
}

/** Reads a small body, then calls `done`; never calls it when the caller goes away first. */
export function readWhole(request: IncomingMessage, done: (body: Buffer) => void): void {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => done(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)))
}

/**
 * A large body as a stream of its own, with back-pressure. Destroying it leaves the caller's connection alone (destroying the request
 * itself would close it before an answer can be given); what is still to come is then read and thrown away.
 */
export class StreamedBody extends Readable {
  readonly #request: IncomingMessage

  constructor(request: IncomingMessage) {
    super()
    this.#request = request
    let bytes = 0
    // Undici hears of an error while it sends; one that comes later concerns nobody.
    this.on('error', () => {})
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (this.destroyed) return
      if (bytes > MAX_BODY_BYTES) this.destroy(new BodyTooLarge(`the body has more than ${MAX_BODY_BYTES} bytes`))
      else if (!this.push(chunk)) request.pause()
    })
    request.on('end', () => this.push(null))
    request.on('close', () => request.complete || this.destroy(new Error('the caller went away')))
    request.pause()
  }

  override _read(): void {
    this.#request.resume()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#request.resume()
    done(error)
  }
}
