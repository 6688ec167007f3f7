import { type IncomingMessage, request } from 'node:http'
import { Duplex } from 'node:stream'
import type { ResponseHead } from '../src/upstream/response-head.ts'
import { ResponseReader } from '../src/upstream/response-reader.ts'

/** An answer as a reader hands it on. */
interface WholeAnswer {
  kind: 'whole'
  status: number
  headers: string[]
  body: string
}

/** What a reader makes of the bytes of one answer (one character each) after which the connection ends. */
export type AnswerReading = WholeAnswer | { kind: 'incomplete' } | { kind: 'refused' }

/** Our reader, which gets the bytes in pieces that end at `cuts`. */
export function readWithOurs(bytes: string, { method = 'GET', cuts = [] as number[] } = {}): AnswerReading {
  let seen: AnswerReading = { kind: 'incomplete' }
  let isOver = false
  const whole = (head: ResponseHead, body: string) => {
    seen = { kind: 'whole', status: head.status, headers: head.headers, body }
    isOver = true
  }
  let streamed: { head: ResponseHead; body: string } | undefined
  const reader = new ResponseReader({
    onWhole: whole,
    onHead: (head) => {
      streamed = { head, body: '' }
    },
    onPart: (chunk) => {
      if (streamed) streamed.body += chunk.toString('latin1')
    },
    onEnd: () => streamed && whole(streamed.head, streamed.body),
    onBad: () => {
      seen = { kind: 'refused' }
      isOver = true
    },
  })
  reader.expect(method === 'HEAD')
  const ends = [...new Set(cuts.map((cut) => Math.min(cut, bytes.length)).filter((cut) => cut > 0))].sort((a, b) => a - b)
  let from = 0
  for (const end of [...ends, bytes.length]) {
    if (isOver || end === from) continue
    const piece = Buffer.from(bytes.slice(from, end), 'latin1')
    reader.read(piece, piece.length)
    from = end
  }
  if (!isOver) reader.close()
  return seen
}

/** Node's client and with it llhttp, the parser that most of the Node world reads answers with. Null for what it takes for no whole answer. */
export function readWithNode(bytes: string, { method = 'GET' } = {}): Promise<WholeAnswer | null> {
  return new Promise((resolve) => {
    let isAnswered = false
    const createConnection = () => new AnsweringStream(Buffer.from(bytes, 'latin1'))
    const outgoing = request({ method, path: '/', createConnection }, (answer) => {
      isAnswered = true
      void readBody(answer).then(resolve)
    })
    outgoing.on('upgrade', () => resolve(null))
    // What is wrong behind a whole answer is no part of it.
    outgoing.on('error', () => isAnswered || resolve(null))
    outgoing.end()
  })
}

async function readBody(answer: IncomingMessage): Promise<WholeAnswer | null> {
  let body = ''
  try {
    for await (const chunk of answer.setEncoding('latin1')) body += chunk
  } catch {
    return null
  }
  return answer.complete ? { kind: 'whole', status: answer.statusCode ?? 0, headers: answer.rawHeaders, body } : null
}

/** A connection whose other side answers the first write with these bytes, and then ends. */
class AnsweringStream extends Duplex {
  #answer: Buffer | null

  constructor(answer: Buffer) {
    super()
    this.#answer = answer
  }

  override _read(): void {}

  override _write(_: unknown, __: unknown, done: () => void): void {
    done()
    if (this.#answer === null) return
    this.push(this.#answer)
    this.#answer = null
    this.push(null)
  }
}
