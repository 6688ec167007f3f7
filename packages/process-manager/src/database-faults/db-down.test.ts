import { existsSync } from 'node:fs'
import { answersQuery } from '@oncall-lab/postgres-server/query'
import { startServer } from '@oncall-lab/postgres-server/start-server'
import { expect, inject, it, vi } from 'vitest'
import { runFaultGiver } from '../../test-parts/fault-giver.ts'
import { createShopDatabase } from '../../test-parts/shop-database.ts'
import { databasePart } from '../known-parts.ts'
import { ShopParts } from '../shop-parts.ts'
import { DatabaseFaultSwitch } from './database-fault-switch.ts'

const availableMemory = () => 0

it('db_down: the server is stopped, and comes back with its data when the fault ends, when its time is over, and with the next giver', async () => {
  await using server = await startServer({ settings: ['fsync=off'] })
  await using shop = await createShopDatabase(server.url)
  const before = await shop.snapshot()
  await using faults = new DatabaseFaultSwitch({ url: shop.url, holdFile: server.holdFile, availableMemory })
  await faults.turn('db_down', 60)
  expect(await answersQuery(shop.url)).toBe(false)
  expect(await faults.end()).toEqual({ ok: true })
  expect(await shop.snapshot()).toEqual(before)

  {
    await using giver = await runFaultGiver(shop.url, server.holdFile)
    await giver.give({ mode: 'db_down', ttl_seconds: 4 })
    giver.kill('SIGSTOP')
    expect(await answersQuery(shop.url)).toBe(false)
    await vi.waitFor(async () => expect(await answersQuery(shop.url)).toBe(true), { timeout: 20_000, interval: 100 })
    giver.kill('SIGCONT')
    await vi.waitFor(async () => expect(await giver.active()).toEqual([]), { timeout: 10_000 })
    expect(existsSync(server.holdFile)).toBe(false)
    await giver.give({ mode: 'db_down', ttl_seconds: 900 })
    giver.kill('SIGKILL')
  }
  expect(await answersQuery(shop.url)).toBe(false)
  await faults.recover()
  expect(await shop.snapshot()).toEqual(before)
})

it('db_down: it is over as soon as somebody starts the server, once, and says who', async () => {
  await using server = await startServer({ settings: ['fsync=off'] })
  await using shop = await createShopDatabase(server.url)
  await using faults = new DatabaseFaultSwitch({ url: shop.url, holdFile: server.holdFile, availableMemory })
  const events: object[] = []
  const nothing = { holdFile: undefined, answers: async () => true }
  const parts = new ShopParts({
    parts: { database: databasePart(shop.url, server.holdFile), 'load-balancer': nothing },
    events: { add: (event) => events.push(event) },
  })
  await expect(parts.start('database', 'POST /start-part by mei')).rejects.toMatchObject({
    status: 409,
    message: expect.stringContaining('running already'),
  })
  await faults.turn('db_down', 60)
  expect((await parts.list()).parts[0]).toEqual({ part: 'database', state: 'down', is_ours: true })
  const two = await Promise.allSettled([1, 2].map(() => parts.start('database', 'POST /start-part by mei')))
  expect(two.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  expect(await answersQuery(shop.url)).toBe(true)
  await vi.waitFor(() => expect(faults.active).toBeUndefined(), { timeout: 10_000 })
  expect(events).toEqual([{ type: 'part_started', by: 'POST /start-part by mei', component: 'database' }])
})

it('db_down: a server that is not ours to stop is not stopped', async () => {
  await using shop = await createShopDatabase(inject('postgresUrl'))
  const foreign = new DatabaseFaultSwitch({ url: shop.url, holdFile: undefined, availableMemory })
  await expect(foreign.turn('db_down', 60)).rejects.toMatchObject({ status: 409, message: expect.stringContaining("not the lab's own") })
})
