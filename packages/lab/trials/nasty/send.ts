import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { NastyRequest } from './mutate.ts'

/** What came back. */
export interface Outcome {
  /** Undefined: the connection ended without an answer. */
  status: number | undefined
  head: string
  body: string
  ms: number
  /** Nothing came in time. */
  hung: boolean
}

const ANSWER_WITHIN_MS = 20_000
/** A server that waits for the rest of a body is left alone. */
const MORE_WITHIN_MS = 1_500
const STREAM_FOR_MS = 400
const HALF_AFTER_MS = 150
const CUT_AFTER_MS = 100
const KEPT_BYTES = 64 * 1_024

/** Sends bytes over a connection of their own, and reads what comes until the other side ends it. */
export function send({ seed: { listener, streams = false }, bytes, pace, isOpenEnded }: NastyRequest): Promise<Outcome> {
  const begun = performance.now()
  const { host, port, tls } = listener
  const socket: Socket = tls ? connectTls({ host, port, rejectUnauthorized: false }) : connectTcp({ host, port })
  const chunks: Buffer[] = []
  let kept = 0
  let hung = false
  return new Promise((resolve) => {
    const patience = setTimeout(
      () => {
        hung = chunks.length === 0
        socket.destroy()
      },
      isOpenEnded ? MORE_WITHIN_MS : ANSWER_WITHIN_MS,
    )
    socket.once(tls ? 'secureConnect' : 'connect', () => write(socket, bytes, pace))
    socket.on('data', (chunk: Buffer) => {
      if (chunks.length === 0 && streams) setTimeout(() => socket.destroy(), STREAM_FOR_MS)
      if (kept < KEPT_BYTES) chunks.push(chunk)
      kept += chunk.length
    })
    socket.on('error', () => undefined) // Some of what is sent deserves it.
    socket.on('close', () => {
      clearTimeout(patience)
      const [head = '', ...rest] = Buffer.concat(chunks).toString('utf8').split('\r\n\r\n')
      const status = /^HTTP\/1\.1 (\d{3})/.exec(head)?.[1]
      resolve({
        status: status === undefined ? undefined : Number(status),
        head,
        body: rest.join('\r\n\r\n'),
        ms: performance.now() - begun,
        hung,
      })
    })
  })
}

function write(socket: Socket, bytes: Buffer, pace: NastyRequest['pace']): void {
  const half = Math.ceil(bytes.length / 2)
  const headEnd = bytes.indexOf('\r\n\r\n') + 4
  switch (pace) {
    case 'at once':
      socket.write(bytes)
      return
    case 'in two halves':
      socket.write(bytes.subarray(0, half))
      setTimeout(() => socket.write(bytes.subarray(half)), HALF_AFTER_MS)
      return
    case 'head only':
      socket.end(bytes.subarray(0, headEnd))
      return
    case 'cut':
      socket.write(bytes.subarray(0, half))
      setTimeout(() => socket.destroy(), CUT_AFTER_MS)
      return
    case 'gone at once':
      // A connection with TLS cannot be reset from here.
      socket.write(bytes, () => ('encrypted' in socket ? socket.destroy() : socket.resetAndDestroy()))
  }
}
