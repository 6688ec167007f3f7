import fc from 'fast-check'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { buildShop } from '../test-parts/built-shop.ts'
import { BODIES, IDS, item, lamp, QUERIES } from '../test-parts/nasty-input.ts'
import { useDatabase } from '../test-parts/shop-database.ts'

/** Every route with whatever may come: 2xx or 4xx, and what is answered with 4xx has changed nothing. */

const database = useDatabase()

/** Ids that cannot be reached by chance, so that a comparison sees every change of the items that can. */
const TARGET = 'bad-input-1'
const ROUTES = [
  ['PUT', `/items/${TARGET}`],
  ['POST', `/items/${TARGET}/reservations`],
  ['POST', '/faults'],
  ['GET', `/items/${TARGET}`],
  ['GET', '/items'],
  ['DELETE', '/items/no-such-item'],
  ['GET', '/random-endpoint'],
  ['GET', '/random-endpoint/summer'],
  ['GET', '/logs/tail'],
  ['GET', '/healthz'],
  ['GET', '/metrics'],
  ['PATCH', '/items/1'],
] as const

async function createShop() {
  const shop = await buildShop(database.url)
  await shop.store.put({ id: TARGET, ...lamp })
  const state = async () => JSON.stringify([await shop.store.page({ limit: 1, after: 'bad-input-0' }), Object.keys(shop.surroundings)])
  return { ...shop, state }
}

interface Sent {
  method: string
  url: string
  payload?: string | Buffer
  headers?: Record<string, string>
}

/** Sends it, and fails when it is answered with 5xx, or with 4xx after a change. */
async function check(shop: Awaited<ReturnType<typeof createShop>>, { method, url, payload, headers }: Sent): Promise<number> {
  const before = await shop.state()
  const answer = await shop.app.inject({ method: method as 'GET', url, headers: headers ?? {}, ...(payload !== undefined && { payload }) })
  const said = `${method} ${url} ${String(payload).slice(0, 200)} -> ${answer.statusCode} ${answer.body.slice(0, 200)}`
  expect(answer.statusCode, said).toBeLessThan(500)
  if (answer.statusCode >= 400) expect(await shop.state(), said).toBe(before)
  if (url.startsWith('/faults')) await shop.app.inject({ method: 'POST', url: '/faults', payload: { mode: 'none' } })
  return answer.statusCode
}

const json = { 'content-type': 'application/json' }
describe('a nasty body', () => {
  let shop: Awaited<ReturnType<typeof createShop>>
  const open = async () => {
    shop = await createShop()
  }

  it.each(ROUTES)('on %s %s is answered with 2xx or 4xx and changes nothing when it is refused', async (method, url) => {
    await open()
    for (const [, payload] of BODIES) await check(shop, { method, url, payload, headers: json })
  })

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json; charset=utf-16',
    'application/jsonx',
    'x',
    '',
    'application/json, text/plain',
  ])('of the type %j is answered with 2xx or 4xx on every route', async (type) => {
    await open()
    for (const [method, url] of ROUTES) await check(shop, { method, url, payload: '{"quantity":1}', headers: { 'content-type': type } })
  })

  it('with NUL characters or half a surrogate pair never reaches the database', async () => {
    await open()
    for (const text of ['a\\u0000b', '\\ud83d', 'x\\udc00y']) {
      for (const field of ['name', 'manufacturer']) {
        const payload = item(field, `"${text}"`)
        expect(await check(shop, { method: 'PUT', url: `/items/${TARGET}`, payload, headers: json })).toBe(400)
      }
    }
    expect(shop.failures).toEqual([])
  })
})

describe('a nasty address', () => {
  it('is answered with 2xx or 4xx', async () => {
    const shop = await createShop()
    const payload = JSON.stringify({ ...lamp, quantity: 1 })
    for (const id of IDS) {
      for (const path of [`/items/${id}`, `/random-endpoint/${id}`, `/${id}`]) await check(shop, { method: 'GET', url: path })
      await check(shop, { method: 'DELETE', url: `/items/no-such-item-${id}` })
      await check(shop, { method: 'POST', url: `/items/${id}/reservations`, payload: '{"quantity":999999999}', headers: json })
      await check(shop, { method: 'PUT', url: `/items/${id}`, payload, headers: json })
    }
    for (const query of QUERIES) {
      for (const [method, url] of ROUTES) await check(shop, { method, url: `${url}?${query}` })
    }
    expect(shop.failures.map(({ route }) => route)).toEqual([])
  })
})

describe('anything', () => {
  let shop: Awaited<ReturnType<typeof createShop>>
  const settings = { numRuns: inject('runs') }
  const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 80 }), fc.string({ maxLength: 80 }))

  it.each(ROUTES)('as JSON on %s %s', async (method, url) => {
    shop = await createShop()
    const body = fc.oneof(
      fc.json({ maxDepth: 6 }),
      fc.record(likely, { requiredKeys: [] }).map((value) => JSON.stringify(value)),
    )
    await fc.assert(
      fc.asyncProperty(body, async (payload) => void (await check(shop, { method, url, payload, headers: json }))),
      settings,
    )
  })

  /** Each field is right now and then, so that runs get beyond the first check. */
  const likely = Object.fromEntries(
    Object.entries({ ...lamp, mode: 'latency', p_error: 0.5, latency_ms: 1, cpu_ms: 1, ttl_seconds: 1, memory_mb: 1 }).map(
      ([field, value]) => [field, fc.oneof(fc.constant(value), fc.constant(value), fc.double(), fc.integer(), text, fc.jsonValue())],
    ),
  )

  it('as an id, on every route that takes one', async () => {
    shop = await createShop()
    const id = fc.oneof(text.map(encode), fc.webSegment(), fc.uint8Array({ minLength: 1, maxLength: 30 }).map(inPercent))
    const requests = (id: string): Sent[] => [
      { method: 'GET', url: `/items/${id}` },
      { method: 'GET', url: `/items?after=${id}` },
      { method: 'GET', url: `/random-endpoint/${id}` },
      { method: 'POST', url: `/items/x${id}/reservations`, payload: '{"quantity":1}', headers: json },
    ]
    await fc.assert(
      fc.asyncProperty(id, async (id) => {
        for (const request of requests(id)) await check(shop, request)
      }),
      settings,
    )
  })

  const encode = (text: string) => encodeURIComponent(text.toWellFormed())
  const inPercent = (bytes: Uint8Array) => [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')

  it('as a query', async () => {
    shop = await createShop()
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...ROUTES), fc.webQueryParameters(), async ([method, url], query) => {
        await check(shop, { method, url: `${url}?${query}` })
      }),
      settings,
    )
  })
})

beforeAll(() => fc.configureGlobal({ endOnFailure: true }))
