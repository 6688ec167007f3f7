import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { createInstanceClient } from './instance-client.ts'

async function listen(answer: RequestListener) {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // A TCP server's address is no string.
  const close = () => {
    server.close()
    server.closeAllConnections()
  }
  return { port, close, [Symbol.dispose]: close }
}

const client = createInstanceClient()

it('finds the id of a healthy instance only', async () => {
  using healthy = await listen((_, response) => response.end(JSON.stringify({ ok: true, instance_id: 'one' })))
  using sick = await listen((_, response) => response.writeHead(503).end(JSON.stringify({ ok: false, instance_id: 'two' })))
  using foreign = await listen((_, response) => response.end('hello'))
  expect(await Promise.all([healthy, sick, foreign].map(({ port }) => client.findHealthyId(port)))).toEqual(['one', null, null])
})

it('calls whatever answers alive, be it late, sick or garbled, and nothing else', async () => {
  using late = await listen((_, response) => setTimeout(() => response.end('{}'), 200))
  using sick = await listen((_, response) => response.writeHead(500).end())
  using garbled = await listen((_, response) => response.end('hello'))
  using silent = await listen(() => {})
  using gone = await listen(() => {})
  gone.close()
  const alive = await Promise.all([late, sick, garbled, silent, gone].map(({ port }) => client.isAnswering(port, 1_000)))
  expect(alive).toEqual([true, true, true, false, false])
})
