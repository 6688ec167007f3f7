import { query } from '@oncall-lab/postgres-server/query'
import { describe, expect, it, onTestFinished } from 'vitest'
import { buildShop } from '../test-parts/built-shop.ts'
import { useDatabase } from '../test-parts/shop-database.ts'
import { queuedSince, RequestPhases, waitForStorage } from './request-phases.ts'

const database = useDatabase()

/** A clock that is moved by hand: time passes with a busy or with an idle event loop. */
function createClock() {
  let now = 1_000
  let idle = 500
  return {
    now: () => now,
    idle: () => idle,
    busy: (ms: number) => {
      now += ms
    },
    wait: (ms: number) => {
      now += ms
      idle += ms
    },
  }
}

describe('the phases of a request', () => {
  it('are told apart: queue until the handler and behind other work, db with an idle loop, self the rest', async () => {
    const clock = createClock()
    const phases = new RequestPhases(7_000, clock)
    clock.busy(100)
    await new Promise<void>((done) =>
      phases.handle(async () => {
        clock.busy(20)
        await waitForStorage(async () => {
          clock.wait(3_000)
          clock.busy(400)
        })
        clock.busy(5)
        done()
      }),
    )
    expect(phases.end()).toEqual({ queue: 7.5, self: 0.025, db: 3 })
  })

  it('add up several waits, and a wait that failed', async () => {
    const clock = createClock()
    const phases = new RequestPhases(0, clock)
    const failing = async () => {
      clock.wait(250)
      throw new Error('no answer')
    }
    for (let i = 0; i < 3; i++) await phases.wait(failing).catch(() => undefined)
    expect(phases.end()).toEqual({ queue: 0, self: 0, db: 0.75 })
  })

  it('count a wait that is not over when the caller has left', () => {
    const clock = createClock()
    const phases = new RequestPhases(0, clock)
    void phases.wait(() => new Promise(() => undefined))
    clock.wait(40)
    clock.busy(10)
    expect(phases.end()).toEqual({ queue: 0.01, self: 0, db: 0.04 })
  })

  it('are self alone for a request that never reached its handler or asked nothing of the database', () => {
    const clock = createClock()
    const phases = new RequestPhases(30, clock)
    clock.busy(2)
    expect(phases.end()).toEqual({ queue: 0.03, self: 0.002, db: undefined })
  })
})

describe('X-Request-Start', () => {
  const now = 1_795_000_000_000
  it.each([
    ['t=1794999999000.250', 999.75],
    ['t=1794999999000', 1_000],
    ['t=1795000000001', 0],
    ['t=1794000000000', 0],
    ['1794999999000', 0],
    ['t=x', 0],
    ['t=1e12', 0],
    [undefined, 0],
    [['t=1794999999000'], 0],
  ])('%s is %s ms ago', (header, queued) => expect(queuedSince(header, now)).toBe(queued))
})

describe('request_phase_seconds', () => {
  async function createShop() {
    const shop = await buildShop(database.url)
    const sum = async (phase: string) => {
      const line = (await shop.samples('request_phase_seconds_sum')).find((line) => line.includes(`phase="${phase}"`))
      return Number(line?.split(' ').at(-1))
    }
    const address = await shop.app.listen({ port: 0, host: '127.0.0.1' })
    const phases = async () => ({ queue: await sum('queue'), self: await sum('self'), db: await sum('db') })
    return { ...shop, address, phases, sum }
  }
  const duration = (samples: string[]) => samples.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)

  it('starts at zero for each phase', async () => {
    const { samples } = await createShop()
    expect((await samples('request_phase_seconds_count')).map((line) => line.replace(/.*phase="(\w+)"} (\d+)$/, '$1 $2'))).toEqual([
      'queue 0',
      'self 0',
      'db 0',
      'outbound 0',
    ])
  })

  it('of a really slow statement is db', async () => {
    const { app, address, phases, samples } = await createShop()
    await app.inject({ method: 'PUT', url: '/items/slow', payload: { name: 'slow', price: 1, manufacturer: 'slow', quantity: 1 } })
    await query(
      database.url,
      `CREATE FUNCTION sleep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.4); RETURN OLD; END';
       CREATE TRIGGER slow BEFORE DELETE ON items FOR EACH ROW EXECUTE FUNCTION sleep()`,
    )
    expect((await fetch(`${address}/items/slow`, { method: 'DELETE' })).status).toBe(204)
    const { queue, self, db } = await phases()
    expect(db).toBeGreaterThan(0.3)
    expect(queue + self).toBeLessThan(db / 2)
    expect(queue + self + db).toBeLessThanOrEqual(duration(await samples('http_request_duration_seconds_sum')) + 0.001)
  })

  it('of a busy event loop is queue, although the request waits for the database meanwhile', async () => {
    const { address, phases, surroundings } = await createShop()
    await fetch(`${address}/items/1`)
    const before = await phases()
    // The statement is on its way when other work takes the loop.
    surroundings.onConnectionUse = () => void setImmediate(() => burn(400))
    expect((await fetch(`${address}/items/1`)).status).toBe(200)
    const after = await phases()
    expect(after.queue - before.queue).toBeGreaterThan(0.3)
    expect(after.db - before.db).toBeLessThan(0.1)
    expect(after.self - before.self).toBeLessThan(0.1)
  })

  it('of a request’s own computing is self', async () => {
    const { app, address, phases } = await createShopThatComputes()
    onTestFinished(() => app.close())
    expect((await fetch(`${address}/items/1`)).status).toBe(200)
    const { queue, self, db } = await phases()
    expect(self).toBeGreaterThan(0.25)
    expect(queue + db).toBeLessThan(self / 2)
  })

  it('counts the way from the balancer as queue', async () => {
    const { address, sum } = await createShop()
    await fetch(`${address}/items/1`, { headers: { 'x-request-start': `t=${Date.now() - 20_000}.000` } })
    expect(await sum('queue')).toBeGreaterThan(19.9)
    expect(await sum('queue')).toBeLessThan(30)
  })

  async function createShopThatComputes() {
    const shop = await createShop()
    const get = shop.store.get.bind(shop.store)
    shop.store.get = async (id) => {
      const item = await get(id)
      burn(300)
      return item
    }
    return shop
  }
})

function burn(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end; );
}
