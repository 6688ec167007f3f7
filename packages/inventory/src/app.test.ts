import { describe, expect, it } from 'vitest'
import { buildShop } from '../test-parts/built-shop.ts'
import { useDatabase } from '../test-parts/shop-database.ts'
import { NO_METRICS } from './metrics.ts'

const database = useDatabase()
const createShop = () => buildShop(database.url)

const lamp = { name: 'lamp', price: 12.5, manufacturer: 'Granby', quantity: 3 }

describe('the items', () => {
  it('are created with 201, replaced with 200, read, and removed with 204', async () => {
    const { app } = await createShop()
    const put = () => app.inject({ method: 'PUT', url: '/items/lamp-1', payload: lamp })
    expect((await put()).statusCode).toBe(201)
    expect((await put()).statusCode).toBe(200)
    expect((await app.inject('/items/lamp-1')).json()).toEqual({ id: 'lamp-1', ...lamp })
    expect((await app.inject({ method: 'DELETE', url: '/items/lamp-1' })).statusCode).toBe(204)
    expect((await app.inject('/items/lamp-1')).statusCode).toBe(404)
    expect((await app.inject({ method: 'DELETE', url: '/items/lamp-1' })).statusCode).toBe(404)
  })

  it('are listed page by page', async () => {
    const { app } = await createShop()
    const first = (await app.inject('/items?limit=2')).json()
    expect(first).toMatchObject({ items: [{ id: '1' }, { id: '10' }], next: '10' })
    expect((await app.inject(`/items?limit=1&after=${first.next}`)).json().items[0].id).toBe('100')
  })

  it('can be reserved until there are too few', async () => {
    const { app } = await createShop()
    await app.inject({ method: 'PUT', url: '/items/lamp-2', payload: lamp })
    const reserve = () => app.inject({ method: 'POST', url: '/items/lamp-2/reservations', payload: { quantity: 2 } })
    expect((await reserve()).json()).toEqual({ id: 'lamp-2', reserved: 2, left: 1 })
    const second = await reserve()
    expect(second.statusCode).toBe(409)
    expect(second.json().detail).toContain('1 left')
  })
})

describe('bad input', () => {
  const longId = 'x'.repeat(65)
  it.each([
    ['GET', '/items/a%20b', undefined, 400, 'params.id'],
    ['GET', `/items/${longId}`, undefined, 400, 'params.id'],
    ['DELETE', '/items/a.b', undefined, 400, 'params.id'],
    ['PUT', '/items/1', { ...lamp, price: -1 }, 400, 'body.price'],
    ['PUT', '/items/1', { ...lamp, quantity: '3' }, 400, 'body.quantity'],
    ['PUT', '/items/1', { ...lamp, quantity: 1.5 }, 400, 'body.quantity'],
    ['PUT', '/items/1', { ...lamp, colour: 'red' }, 400, 'body.colour'],
    ['PUT', '/items/1', { name: 'lamp', price: 1, quantity: 1 }, 400, 'body.manufacturer'],
    ['PUT', '/items/1', { ...lamp, name: 'a\u0000b' }, 400, 'body.name'],
    ['PUT', '/items/1', { ...lamp, manufacturer: 'half \ud83d' }, 400, 'body.manufacturer'],
    ['GET', '/items?limit=0', undefined, 400, 'querystring.limit'],
    ['GET', '/items?limit=1001', undefined, 400, 'querystring.limit'],
    ['GET', '/items?after=a%20b', undefined, 400, 'querystring.after'],
    ['GET', '/items?page=2', undefined, 400, 'querystring.page'],
    ['POST', '/items/1/reservations', { quantity: 0 }, 400, 'body.quantity'],
    ['POST', '/items/1/reservations', {}, 400, 'body.quantity'],
    ['POST', '/items/none/reservations', { quantity: 1 }, 404, undefined],
    ['GET', '/random-endpoint/constructor', undefined, 404, undefined],
    ['GET', '/logs/tail?seconds=0', undefined, 400, 'querystring.seconds'],
    ['GET', '/logs/tail?seconds=3601', undefined, 400, 'querystring.seconds'],
    ['GET', '/logs/tail?limit=1001', undefined, 400, 'querystring.limit'],
    ['POST', '/faults', { mode: 'flood' }, 400, 'body.mode'],
    ['POST', '/faults', { mode: 'errors', p_error: 1.1 }, 400, 'body.p_error'],
    ['POST', '/faults', { mode: 'errors', rate: 1 }, 400, 'body.rate'],
    ['POST', '/faults', { mode: 'cpu', cpu_share: 0 }, 400, 'body.cpu_share'],
    ['POST', '/faults', { mode: 'oom_safe', memory_mb: 257 }, 400, 'body.memory_mb'],
    ['POST', '/faults', { mode: 'latency', latency_ms: 30_001 }, 400, 'body.latency_ms'],
    ['POST', '/faults', { mode: 'cpu', ttl_seconds: 901 }, 400, 'body.ttl_seconds'],
  ] as const)('%s %s %j is answered %i and names %s', async (method, url, payload, status, field) => {
    const { app, store, surroundings, failures } = await createShop()
    const before = await store.get('1')
    const answer = await app.inject({ method, url, ...(payload && { payload }) })
    expect(answer.statusCode).toBe(status)
    expect(answer.json().field).toBe(field)
    expect(await store.get('1')).toEqual(before)
    expect(Object.values(surroundings).filter(Boolean)).toEqual([])
    expect(failures).toEqual([])
  })
})

describe('callers', () => {
  it('of the shop may use any Host header, which the load balancer forwards', async () => {
    const { app } = await createShop()
    const headers = { host: 'shop.example' }
    expect((await app.inject({ url: '/items/1', headers })).statusCode).toBe(200)
    expect((await app.inject({ url: '/random-endpoint', headers })).statusCode).toBe(200)
    expect((await app.inject({ url: '/no-such-page', headers })).statusCode).toBe(404)
  })

  it.each(['/faults', '/%66aults', '/faults?x=1', '/faults/', '//faults', '/FAULTS', '/faults;x', '/faults#x'])(
    'under a foreign Host header cannot reach %s',
    async (url) => {
      const { app, surroundings } = await createShop()
      const answer = await app.inject({ method: 'POST', url, headers: { host: 'shop.example' }, payload: { mode: 'latency' } })
      expect([404, 421]).toContain(answer.statusCode)
      expect(surroundings.waitForStorage).toBeUndefined()
    },
  )
})

describe('the metrics', () => {
  it('start at zero for each route, so that the first failure is seen', async () => {
    const { samples } = await createShop()
    const errors = await samples('http_errors_total')
    expect(errors).toContain('http_errors_total{service="inventory",route="/random-endpoint/:trigger",status="500"} 0')
    expect(errors.every((line) => line.endsWith(' 0'))).toBe(true)
    const requests = await samples('http_requests_total')
    expect(requests).toContain('http_requests_total{service="inventory",method="PUT",route="/items/:id",status="201"} 0')
    expect(requests.join()).not.toMatch(/faults|logs|metrics|healthz/)
  })

  it('count customers only, by the template of the route, and only 5xx as errors', async () => {
    const { app, samples, failures } = await createShop()
    for (const url of ['/items/17', '/items/18', '/no/such/page', '/healthz', '/metrics', '/logs/tail', '/logs/tail?limit=0'])
      await app.inject(url)
    await app.inject({ method: 'POST', url: '/faults', payload: { mode: 'none' } })
    expect((await app.inject('/random-endpoint/error')).statusCode).toBe(500)
    const counted = (await samples('http_requests_total')).filter((line) => !line.endsWith(' 0'))
    expect(counted.sort()).toEqual([
      'http_requests_total{service="inventory",method="GET",route="/items/:id",status="200"} 2',
      'http_requests_total{service="inventory",method="GET",route="/random-endpoint/:trigger",status="500"} 1',
      'http_requests_total{service="inventory",method="GET",route="unmatched",status="404"} 1',
    ])
    expect((await samples('http_errors_total')).filter((line) => !line.endsWith(' 0'))).toEqual([
      'http_errors_total{service="inventory",route="/random-endpoint/:trigger",status="500"} 1',
    ])
    expect(failures).toMatchObject([{ method: 'GET', route: '/random-endpoint/:trigger', status: 500 }])
  })

  it('show how many items there are, which release runs and that the database is up', async () => {
    const { store, samples } = await createShop()
    const before = await store.count()
    await store.put({ id: 'counted-1', ...lamp })
    expect(await samples('inventory_items')).toEqual([`inventory_items{service="inventory"} ${before + 1}`])
    expect(await samples('inventory_build_info')).toEqual(['inventory_build_info{service="inventory",release="1.2.3",commit="c0ffee"} 1'])
    expect(await samples('db_up')).toEqual(['db_up{service="inventory"} 1'])
  })

  it('are not needed: an instance without them serves the same', async () => {
    const { app, samples } = await buildShop(database.url, { metrics: NO_METRICS })
    expect((await app.inject('/items/17')).json()).toMatchObject({ id: '17' })
    expect(await samples('http_requests_total')).toEqual([])
  })
})

describe('badges', () => {
  it('are shown where they are on, and an item whose finish has none is an error of the shop', async () => {
    const { app, failures } = await buildShop(database.url, { badges: true })
    expect((await app.inject('/items/11')).json()).toMatchObject({ name: 'plain compass no. 11', badge: 'No frills' })
    expect((await app.inject('/items/10')).statusCode).toBe(500)
    expect(failures).toMatchObject([{ route: '/items/:id', status: 500, error: { name: 'TypeError' } }])
  })

  it('are not shown where they are off', async () => {
    const { app } = await createShop()
    expect((await app.inject('/items/10')).json()).not.toHaveProperty('badge')
  })
})

describe('the health', () => {
  it('names the process, its id, its release and its commit', async () => {
    const { app } = await createShop()
    expect((await app.inject('/healthz')).json()).toEqual({
      ok: true,
      pid: process.pid,
      instance_id: 'this-one',
      release: '1.2.3',
      commit: 'c0ffee',
    })
  })
})

describe('the log of an instance', () => {
  it('holds two lines for 200 failures that are alike, and nothing of their queries', async () => {
    const lines: string[] = []
    const { app, surroundings } = await buildShop(database.url, { log: { write: (line) => lines.push(line) } })
    surroundings.onConnectionUse = (connection) => connection.destroy()
    for (let i = 0; i < 200; i += 1) expect((await app.inject(`/items/1?token=canary-${i}`)).statusCode).toBe(503)
    surroundings.onConnectionUse = undefined
    await app.close()
    const text = lines.join('')
    expect(text).not.toContain('canary')
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { msg: 'request failed', route: '/items/:id' },
      { msg: 'request failed as before', route: '/items/:id', repeats: 199 },
    ])
  })
})
