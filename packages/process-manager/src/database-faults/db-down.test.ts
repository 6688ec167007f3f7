import { existsSync } from 'node:fs'
import { answersQuery } from '@oncall-lab/postgres-server/query'
import { startServer } from '@oncall-lab/postgres-server/start-server'
import { expect, inject, it, vi } from 'vitest'
import { runFaultGiver } from '../../test-parts/fault-giver.ts'
import { createShopDatabase } from '../../test-parts/shop-database.ts'
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

it('db_down: a server that is not ours to stop is not stopped', async () => {
  await using shop = await createShopDatabase(inject('postgresUrl'))
  const foreign = new DatabaseFaultSwitch({ url: shop.url, holdFile: undefined, availableMemory })
  await expect(foreign.turn('db_down', 60)).rejects.toMatchObject({ status: 409, message: expect.stringContaining("not the lab's own") })
})
