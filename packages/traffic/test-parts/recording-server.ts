// A cheap server that writes down when each request came; started by start-recording-server.ts, which asks for its record.
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { type RecordedRequest, readRecord } from './recorded-requests.ts'

const ANSWER = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'
const [stallAfterMs = 0, stallMs = 0] = process.argv.slice(2).map(Number)
const requests: RecordedRequest[] = []
const held: (() => void)[] = []
let isStalled = false
let isStallPlanned = stallMs > 0

const now = () => performance.timeOrigin + performance.now()

/** Answers nothing between `stallAfterMs` after the first request and `stallMs` later. */
function planStall(): void {
  isStallPlanned = false
  setTimeout(() => {
    isStalled = true
    setTimeout(() => {
      isStalled = false
      for (const answer of held.splice(0)) answer()
    }, stallMs)
  }, stallAfterMs)
}

function take(socket: Socket, head: string, body: string): void {
  if (isStallPlanned) planStall()
  const arrived = now()
  const intended = Number(/\r\nX-Intended-Start: t=([\d.]+)/.exec(head)?.[1] ?? arrived)
  const request = { intended, arrived, answered: 0, what: `${head.slice(0, head.indexOf(' HTTP/'))} ${body}` }
  requests.push(request)
  const answer = () => {
    request.answered = now()
    socket.write(ANSWER, 'latin1')
  }
  if (isStalled) held.push(answer)
  else answer()
}

const server = createServer({ noDelay: true }, (socket) => {
  let text = ''
  socket.setEncoding('latin1').on('data', (piece: string) => {
    text += piece
    const end = text.indexOf('\r\n\r\n')
    if (end < 0) return
    const length = Number(/\r\nContent-Length: (\d+)/.exec(text)?.[1] ?? 0)
    if (text.length < end + 4 + length) return
    const head = text.slice(0, end)
    const body = text.slice(end + 4)
    text = ''
    take(socket, head, body)
  })
  socket.on('error', () => socket.destroy())
})
server.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, () => {
  process.send?.({ port: (server.address() as AddressInfo).port }) // A TCP server's address is no string.
})
process.on('message', () => process.send?.({ record: readRecord(requests.splice(0)) }))
process.on('disconnect', () => process.exit(0))
