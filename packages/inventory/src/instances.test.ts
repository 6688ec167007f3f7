import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { fileURLToPath } from 'node:url'
import { expect, it, vi } from 'vitest'
import { runInventory } from '../test-parts/running-inventory.ts'
import { sellOut } from '../test-parts/sell-out.ts'
import { useDatabase } from '../test-parts/shop-database.ts'
import { temporaryDirectory } from '../test-parts/temporary-directory.ts'
import type { LogsTail } from './api.ts'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const database = useDatabase()
/** Each test starts processes of its own. */
vi.setConfig({ testTimeout: 90_000 })
const lamp = { name: 'lamp', price: 12.5, manufacturer: 'Granby', quantity: 3 }

it('serves the same items and the same log from all instances, which may start at once', async () => {
  const directory = temporaryDirectory()
  const fleet = await Promise.all([
    runInventory(database.url, directory),
    runInventory(database.url, directory),
    runInventory(database.url, directory),
  ])
  await using stack = new AsyncDisposableStack()
  for (const instance of fleet) stack.use(instance)
  const [one, two, three] = fleet

  expect((await one.send('PUT', '/items/lamp-1', lamp)).status).toBe(201)
  expect((await two.send('GET', '/items/lamp-1')).json).toEqual({ id: 'lamp-1', ...lamp })
  expect(await three.metric('inventory_items')).toBe(5_001)

  await one.send('GET', '/random-endpoint/error')
  await two.send('GET', '/random-endpoint/error')
  const { entries, count } = (await three.send('GET', '/logs/tail?seconds=900&limit=1000')).json as LogsTail
  expect(count).toBe(2)
  expect(entries.map(({ instance, pid }) => [instance, pid])).toEqual([one, two].map(({ url, pid }) => [url.replace('http://', ''), pid]))
})

it('sells the last pieces once, whichever instances are asked', async () => {
  await using one = await runInventory(database.url)
  await using other = await runInventory(database.url)
  const result = await sellOut([one, other], { databaseUrl: database.url, pieces: 20, requests: 600, concurrency: 40 })
  expect(result).toEqual({ statuses: { 201: 20, 409: 580 }, left: [0, 0], rows: 20, pieces: 20 })
})

it('starts and stays up without its database, and says so', async () => {
  const missing = new URL(database.url)
  missing.port = '1'
  await using instance = await runInventory(missing.href)
  expect(await instance.send('GET', '/healthz')).toMatchObject({ status: 200, json: { ok: true, pid: instance.pid } })
  const answer = await instance.send('GET', '/items/1')
  expect(answer).toMatchObject({ status: 503, json: { code: 'storage_unavailable' } })
  expect(answer.headers.get('retry-after')).toBe('1')
  expect(await instance.metric('db_up')).toBe(0)
  expect(await instance.metric('db_errors_total', 'code="ECONNREFUSED"')).toBe(1)
  const { entries } = (await instance.send('GET', '/logs/tail?seconds=900&limit=1000')).json as LogsTail
  expect(entries).toMatchObject([{ message: 'connect ECONNREFUSED 127.0.0.1:1', code: 'ECONNREFUSED', status: 503 }])
})

it('logs the null dereference with the file and the line where a reader sees it', async () => {
  await using instance = await runInventory(database.url)
  expect((await instance.send('GET', '/random-endpoint/error')).status).toBe(500)
  const { entries } = (await instance.send('GET', '/logs/tail?seconds=900&limit=1000')).json as LogsTail
  expect(entries[0]).toMatchObject({ error: 'TypeError', route: '/random-endpoint/:trigger', method: 'GET', status: 500, level: 'error' })
  const [, file = '', line, column] = /^ {4}at composeTeaser \((packages\/.+\.ts):(\d+):(\d+)\)$/m.exec(entries[0]?.stack ?? '') ?? []
  expect(file).toBe('packages/inventory/src/campaigns.ts')
  const source = readFileSync(ROOT + file, 'utf8').split('\n')[Number(line) - 1] ?? ''
  expect(source.slice(Number(column) - 1)).toMatch(/^headline\b/)
  expect(source).toContain('campaign.banner.headline')
  expect(entries[0]?.stack).not.toContain(ROOT)
})

it('does not take a whole address as a way around the Host header', async () => {
  await using instance = await runInventory(database.url)
  const status = await new Promise((resolve, reject) => {
    const headers = { host: 'shop.example', 'content-type': 'application/json' }
    request(`${instance.url}/`, { method: 'POST', path: 'http://shop.example/faults', headers }, ({ statusCode }) => resolve(statusCode))
      .on('error', reject)
      .end('{"mode":"latency"}')
  })
  expect(status).toBe(421)
})
