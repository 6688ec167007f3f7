import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { openPrometheusFront } from './prometheus-front.ts'

it('passes questions on as they are, and answers 503 while it is told to', async () => {
  const seen: string[] = []
  const prometheus = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`)
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"success"}')
  }).listen(0, '127.0.0.1')
  await once(prometheus, 'listening')
  const { port } = prometheus.address() as AddressInfo // It listens on TCP.
  await using front = await openPrometheusFront(`http://127.0.0.1:${port}`)
  const ask = async () => {
    const answer = await fetch(`${front.url}/api/v1/query?query=up`)
    return [answer.status, await answer.text()]
  }
  expect(await ask()).toEqual([200, '{"status":"success"}'])
  front.refuse(60_000)
  expect(await ask()).toEqual([503, 'Service Unavailable\n'])
  front.refuse(0)
  expect((await ask())[0]).toBe(200)
  expect(seen).toEqual(['GET /api/v1/query?query=up', 'GET /api/v1/query?query=up'])
  prometheus.closeAllConnections()
  prometheus.close()
})

it('answers 502 while nothing is behind it', async () => {
  await using front = await openPrometheusFront('http://127.0.0.1:1')
  expect((await fetch(`${front.url}/-/ready`)).status).toBe(502)
})
