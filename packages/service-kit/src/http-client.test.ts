import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { createHttpClient, type HttpClient } from './http-client.ts'

let server: Server | undefined
let client: HttpClient | undefined

afterEach(async () => {
  await client?.[Symbol.asyncDispose]()
  server?.closeAllConnections()
  await new Promise((done) => (server ? server.close(done) : done(undefined)))
  server = undefined
})

async function clientOf(listener: RequestListener): Promise<HttpClient> {
  const listening = createServer(listener)
  server = listening
  await new Promise<void>((done) => listening.listen(0, '127.0.0.1', done))
  // A listening TCP server has an address with a port.
  const { port } = listening.address() as AddressInfo
  client = createHttpClient({ name: 'Prometheus', baseUrl: `http://127.0.0.1:${port}`, timeoutMs: 300, maxBytes: 100_000 })
  return client
}

describe('the HTTP client', () => {
  it('gets JSON with a query', async () => {
    const http = await clientOf((request, reply) => reply.end(JSON.stringify({ url: request.url })))
    expect(await http.get('/api/v1/query', { query: { query: 'up == 0' } })).toEqual({ url: '/api/v1/query?query=up%20%3D%3D%200' })
  })

  it('reads no more of an answer than it may', async () => {
    const http = await clientOf((_, reply) => reply.end(JSON.stringify('x'.repeat(200_000))))
    await expect(http.get('/x')).rejects.toMatchObject({
      code: 'upstream_garbled',
      message: expect.stringContaining('more than 100000 bytes'),
    })
  })

  it('tells a refusal with the system’s name, its status and its words', async () => {
    const http = await clientOf((_, reply) => reply.writeHead(422).end('parse error'))
    await expect(http.get('/x')).rejects.toMatchObject({
      code: 'upstream_status',
      upstreamStatus: 422,
      retryable: false,
      message: 'Prometheus answered GET /x with 422: parse error',
    })
  })

  it('gives up at the deadline, also when the body never ends', async () => {
    const http = await clientOf((_, reply) => {
      reply.writeHead(200).write('{')
    })
    await expect(http.get('/x')).rejects.toMatchObject({ code: 'upstream_timeout', retryable: true })
  })

  it('says when nobody listens', async () => {
    client = createHttpClient({ name: 'Prometheus', baseUrl: 'http://127.0.0.1:1', timeoutMs: 300, maxBytes: 100_000 })
    await expect(client.get('/x')).rejects.toMatchObject({ code: 'upstream_unreachable' })
  })

  it('does not take a page for JSON', async () => {
    const http = await clientOf((_, reply) => reply.end('<html>'))
    await expect(http.get('/x')).rejects.toMatchObject({ code: 'upstream_garbled' })
  })

  it('passes the caller’s abort on as it is', async () => {
    const http = await clientOf(() => {})
    await expect(http.get('/x', { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough')
  })
})
