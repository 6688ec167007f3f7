import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { query } from '@oncall-lab/postgres-server/query'
import { expect, it, vi } from 'vitest'
import { runInventory } from '../test-parts/running-inventory.ts'
import { useDatabase } from '../test-parts/shop-database.ts'
import { temporaryDirectory } from '../test-parts/temporary-directory.ts'

const database = useDatabase()
vi.setConfig({ testTimeout: 60_000 })

it('an item that an import left without a maker ends the process that shows it before its answer, and the log says during which request', async () => {
  const directory = temporaryDirectory()
  await using instance = await runInventory(database.url, directory)
  expect((await instance.send('GET', '/items/18')).status).toBe(200)
  await query(database.url, "UPDATE items SET manufacturer = '' WHERE id = '17'")
  // Others are under way, before and after it.
  const others = Array.from({ length: 12 }, (_, n) => instance.send('GET', `/items/${n + 20}`).catch(() => undefined))
  const deadly = instance.send('GET', '/items/17')
  const later = Array.from({ length: 12 }, (_, n) => instance.send('GET', `/items/${n + 40}`).catch(() => undefined))
  await expect(deadly).rejects.toThrow()
  await Promise.all([...others, ...later])
  expect(await instance.exited).toMatchObject({ code: 1 })
  const [entry] = readFileSync(join(directory, 'inventory_common.log'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(entry).toMatchObject({
    level: 'fatal',
    error: 'TypeError',
    message: expect.stringContaining('during GET /items/17'),
    ended_by: 'GET /items/17',
  })
  expect(entry.stack).toContain('packages/inventory/src/views.ts:')
})
