import { once } from 'node:events'
import { request } from 'node:http'
import { Writable } from 'node:stream'
import { Type } from 'typebox'
import { afterEach, describe, expect, it } from 'vitest'
import { conflict, LabError } from './errors.ts'
import { buildService, createRegistry, type Service } from './service.ts'

let app: Service

afterEach(() => app.close())

/** A service with a route for each kind of failure. */
function build({ logLevel = 'silent', ...more }: Partial<Parameters<typeof buildService>[1]> = {}): Service {
  app = buildService(createRegistry(), {
    name: 'test',
    logLevel,
    ...more,
    health: () => ({ queue: 0 }),
    isPublic: (path) => path === '/hook',
  })
  const Scale = Type.Object(
    { replicas: Type.Integer({ minimum: 0, maximum: 10 }), mode: Type.Optional(Type.Enum(['fast', 'slow'])) },
    { additionalProperties: false },
  )
  app.post('/scale', { schema: { body: Scale } }, async (request) => request.body)
  app.get(
    '/list',
    { schema: { querystring: Type.Object({ limit: Type.Integer({ minimum: 1, default: 5 }) }) } },
    async (request) => request.query,
  )
  app.get('/busy', async () => {
    throw conflict('it runs already')
  })
  app.get('/away', async () => {
    throw new LabError('the store is away', { code: 'storage_unavailable', status: 503, retryable: true })
  })
  app.get('/broken', async () => {
    throw new Error('secret detail')
  })
  app.get('/broken/:id', async () => {
    throw new Error('secret detail')
  })
  app.post('/hook', async () => ({ ok: true }))
  app.post('/form', { config: { accepts: 'any' } }, async () => ({ ok: true }))
  return app
}

describe('a service', () => {
  it.each([
    ['a text where a number belongs', { replicas: '3' }, 'body.replicas', 'must be integer'],
    ['a number out of range', { replicas: 11 }, 'body.replicas', 'must be <= 10'],
    ['a missing field', {}, 'body.replicas', 'is required'],
    ['an unknown field', { replicas: 1, replica: 2 }, 'body.replica', 'is not known here'],
    ['a value that is not among the allowed', { replicas: 1, mode: 'odd' }, 'body.mode', '["fast","slow"]'],
  ])('answers %s with a 400 that names the field', async (_, payload, field, expected) => {
    const reply = await build().inject({ method: 'POST', url: '/scale', payload })
    expect(reply.statusCode).toBe(400)
    expect(reply.headers['content-type']).toContain('application/problem+json')
    expect(reply.json()).toMatchObject({ status: 400, code: 'invalid_request', field })
    expect(reply.json().detail).toContain(expected)
  })

  it.each(['1e400', '-1e400', 'NaN', '1.5', '0x', ''])('answers limit=%s in a query with a 400', async (limit) => {
    const reply = await build().inject(`/list?limit=${limit}`)
    expect(reply.statusCode).toBe(400)
    expect(reply.json().field).toBe('querystring.limit')
  })

  it('converts what is right in a query, and forgets an earlier refusal', async () => {
    const service = build()
    expect((await service.inject('/list?limit=x')).statusCode).toBe(400)
    expect((await service.inject('/list?limit=7')).json()).toEqual({ limit: 7 })
    expect((await service.inject('/list')).json()).toEqual({ limit: 5 })
  })

  it('says when to come back with a 503 that may pass', async () => {
    const reply = await build().inject('/away')
    expect(reply.statusCode).toBe(503)
    expect(reply.headers['retry-after']).toBe('1')
    expect((await app.inject('/broken')).headers).not.toHaveProperty('retry-after')
  })

  it('answers a body that is not JSON with a 400', async () => {
    const reply = await build().inject({
      method: 'POST',
      url: '/scale',
      headers: { 'content-type': 'application/json' },
      payload: '{"replicas":',
    })
    expect(reply.statusCode).toBe(400)
  })

  it('converts query strings, which are always text', async () => {
    expect((await build().inject('/list?limit=7')).json()).toEqual({ limit: 7 })
    expect((await app.inject('/list')).json()).toEqual({ limit: 5 })
    expect((await app.inject('/list?limit=x')).json()).toMatchObject({ status: 400, field: 'querystring.limit' })
  })

  it('passes the status and code of its own errors on, and keeps the text of unforeseen ones to its log', async () => {
    expect((await build().inject('/busy')).json()).toEqual({ status: 409, code: 'conflict', detail: 'it runs already' })
    const broken = await app.inject('/broken')
    expect(broken.statusCode).toBe(500)
    expect(broken.body).not.toContain('secret')
  })

  it('answers a route that does not exist with a 404 that names it', async () => {
    expect((await build().inject('/nowhere')).json()).toMatchObject({
      status: 404,
      code: 'no_such_route',
      detail: 'There is no GET /nowhere here.',
    })
  })

  it('refuses a foreign Host everywhere but on its public paths', async () => {
    build({ allowedHosts: [' Lab.example'] })
    const foreign = { host: 'attacker.example' }
    expect((await app.inject({ url: '/healthz', headers: foreign })).statusCode).toBe(421)
    expect((await app.inject({ method: 'POST', url: '/hook', headers: foreign })).statusCode).toBe(200)
    for (const host of ['localhost:8088', 'LocalHost', '127.0.0.1', '[::1]:9000', 'lab.example', 'LAB.example:1']) {
      expect((await app.inject({ url: '/healthz', headers: { host } })).json()).toEqual({ ok: true, queue: 0 })
    }
  })

  it('refuses what a web page of another origin sends, with a problem document, on public paths too', async () => {
    build()
    const headers = { origin: 'http://127.0.0.1:5000', 'content-type': 'application/json' }
    for (const url of ['/scale', '/hook', '/form']) {
      const reply = await app.inject({ method: 'POST', url, headers, payload: '{"replicas":1}' })
      expect([url, reply.statusCode, reply.headers['content-type']]).toEqual([url, 403, 'application/problem+json; charset=utf-8'])
      expect(reply.json()).toMatchObject({ status: 403, code: 'foreign_site' })
      expect(Object.keys(reply.headers).filter((name) => name.startsWith('access-control'))).toEqual([])
    }
  })

  it('demands JSON where the route names no other type, and no type at all without a body', async () => {
    build()
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    const reply = await app.inject({ method: 'POST', url: '/scale', headers: form, payload: 'replicas=1' })
    expect(reply.json()).toMatchObject({ status: 415, code: 'unsupported_media_type', detail: expect.stringContaining('application/json') })
    expect((await app.inject({ method: 'POST', url: '/nowhere', headers: form, payload: 'a=1' })).statusCode).toBe(404)
    expect((await app.inject({ method: 'POST', url: '/hook' })).statusCode).toBe(200)
  })

  it('logs the route of a failed request, and nothing of its URL', async () => {
    const lines: string[] = []
    const log = new Writable({ write: (line, _encoding, done) => done(void lines.push(String(line))) })
    await build({ logLevel: 'error', log }).inject('/broken/canary-a?token=canary-b')
    expect(lines).toHaveLength(1)
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ msg: 'request failed', method: 'GET', route: '/broken/:id' })
    expect(lines.join()).not.toContain('canary')
  })

  it('logs no credential of an error', async () => {
    const lines: string[] = []
    const log = new Writable({ write: (line, _encoding, done) => done(void lines.push(String(line))) })
    const app = build({ logLevel: 'error', log })
    app.get('/leak', () => {
      throw new Error('no access with ghp_abcdefghijklmnopqrstuvwxyz0123456789')
    })
    await app.inject('/leak')
    expect(JSON.parse(lines[0] ?? '').err.message).toBe('no access with [redacted GitHub token]')
    expect(lines.join()).not.toContain('ghp_')
  })

  it('exposes its own metrics and Node’s', async () => {
    const reply = await build().inject('/metrics')
    expect(reply.body).toContain('process_resident_memory_bytes')
    expect(reply.body).toContain('nodejs_eventloop_lag_p99_seconds')
  })
})

it('answers CONNECT with 501 and says that it offers no tunnels', async () => {
  const at = new URL(await build().listen({ host: '127.0.0.1', port: 0 }))
  const asked = request({ host: at.hostname, port: at.port, method: 'CONNECT', path: 'elsewhere.example:443' }).end()
  const [answer, , head] = (await once(asked, 'connect')) as [{ statusCode: number }, unknown, Buffer]
  expect([answer.statusCode, String(head)]).toEqual([501, expect.stringContaining('Tunnels are not offered.')])
})
