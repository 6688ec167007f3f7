import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { followEvents, readServerSentEvents } from './event-feed.ts'

let server: Server | undefined
afterEach(() => {
  server?.closeAllConnections()
  server?.close()
})

it('reads the data of events however the bytes are cut, and skips comments', async () => {
  const bytes = new TextEncoder().encode(': hello\r\n\r\nid: 1\nevent: timeline\ndata: {"a":\ndata: 1}\n\nretry: 5\n\ndata:second é\n\n')
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const byte of bytes) controller.enqueue(Uint8Array.of(byte))
      controller.close()
    },
  })
  const data: string[] = []
  for await (const each of readServerSentEvents(body)) data.push(each)
  expect(data).toEqual(['{"a":\n1}', 'second é'])
})

it('goes on after the last event when the stream breaks, and tells none twice', async () => {
  const asked: string[] = []
  const send = (response: ServerResponse, id: number) =>
    response.write(`data: ${JSON.stringify({ id, incident_id: 'i', at: '', event: { kind: 'incident_resolved' } })}\n\n`)
  server = createServer((request, response) => {
    asked.push(`${request.url} ${request.headers.authorization}`)
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    if (asked.length === 1) {
      send(response, 6)
      send(response, 7)
      setImmediate(() => response.destroy())
    } else {
      send(response, 7)
      send(response, 8)
    }
  })
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // It listens on TCP.
  const stop = new AbortController()
  const ids: number[] = []
  for await (const { id } of followEvents({ url: `http://127.0.0.1:${port}`, token: 'letmein' }, 5, stop.signal)) {
    ids.push(id)
    if (id === 8) stop.abort()
  }
  expect(ids).toEqual([6, 7, 8])
  expect(asked).toEqual(['/api/events?after=5 Bearer letmein', '/api/events?after=7 Bearer letmein'])
})
