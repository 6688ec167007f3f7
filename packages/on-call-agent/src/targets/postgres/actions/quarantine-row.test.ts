import { addOncallSchema } from '@oncall-lab/inventory/test-parts/oncall-schema'
import { query } from '@oncall-lab/postgres-server/query'
import { createTestDatabase } from '@oncall-lab/postgres-server/test-database'
import { expect, inject, onTestFinished, test } from 'vitest'
import { incidentOf } from '../../../../test-parts/look-tools.ts'
import type { ActionContext } from '../../../actions/action.ts'
import { createDatabaseClient } from '../client.ts'
import { quarantineRow } from './quarantine-row.ts'

const ends = async () => ['a', 'b'].map((instance) => ({ instance, at: '2026-01-01T12:00:00Z', endedBy: 'GET /items/17' }))
const context: ActionContext = { incident: incidentOf('inventory'), signal: new AbortController().signal, ends }
const args = { table: 'items', key: '17' }

async function openDatabase() {
  const database = await createTestDatabase(inject('postgresUrl'))
  onTestFinished(() => database[Symbol.asyncDispose]())
  await query(
    database.url,
    `CREATE TABLE items (id text PRIMARY KEY, number bigint GENERATED ALWAYS AS IDENTITY, price float8);
     INSERT INTO items (id, price) SELECT n, n / 3.0 FROM generate_series(16, 18) n`,
  )
  await addOncallSchema(database.url)
  const { hostname: host, port, pathname } = new URL(database.url)
  const at = { name: 'shop', host, port: Number(port), database: pathname.slice(1), user: 'oncall', tls: false, services: ['inventory'] }
  const items = () => query(database.url, 'SELECT * FROM items ORDER BY number')
  return { action: quarantineRow([createDatabaseClient(at)]), url: database.url, items }
}

test('sets the row aside with its reason, reads from the world whether it did, and puts it back exactly', async () => {
  const { action, url, items } = await openDatabase()
  const before = await items()
  expect(await action.check(args, context)).toEqual({
    kind: 'ok',
    simulation:
      'The row 17 of items moves into the quarantine of the database with all that it holds; who asks for it gets 404 until it is returned. 2 of the 2 processes that ended in the last ten minutes did so while they read it.',
  })
  expect(await action.readOutcome(args, {}, context)).toEqual({ kind: 'not_done' })
  expect(await action.run(args, context)).toBe('The row 17 of items was moved into the quarantine: done.')
  expect(await items()).toHaveLength(2)
  expect((await query(url, 'SELECT why FROM oncall.quarantined_rows'))[0]?.why).toContain(context.incident.ref)
  expect(await action.readOutcome(args, {}, context)).toMatchObject({ kind: 'done' })
  expect(await action.check(args, context)).toMatchObject({ kind: 'refuse', reason: 'nothing_to_do' })
  await expect(action.run(args, context)).rejects.toThrow('has no such row')
  expect(await action.undo?.(args, {}, context)).toBe('The row 17 is back in items: done.')
  expect(await items()).toEqual(before)
})

test('refuses another row, other tables, other services, and what nobody testifies; a row that is gone is no outcome', async () => {
  const { action, url, items } = await openDatabase()
  const before = await items()
  const reasonOf = async (more: object, over: Partial<ActionContext> = {}) => {
    const decision = await action.check({ ...args, ...more }, { ...context, ...over })
    return decision.kind === 'ok' ? 'ok' : decision.reason
  }
  expect(await reasonOf({ key: '16' })).toBe('not_to_blame')
  expect(await reasonOf({ key: "17' OR '1'='1" })).toBe('stale')
  expect(await reasonOf({ key: '99' })).toBe('stale')
  expect(await reasonOf({ table: 'reservations' })).toBe('not_listed')
  expect(await reasonOf({ database: 'other' })).toBe('wrong_target')
  expect(await reasonOf({}, { incident: incidentOf('payments') })).toBe('wrong_target')
  const { ends: _, ...alone } = context
  expect(await action.check(args, alone)).toMatchObject({ reason: 'cannot_be_checked' })
  expect(await items()).toEqual(before)
  await query(url, "DELETE FROM items WHERE id = '17'")
  await expect(action.readOutcome(args, {}, context)).rejects.toThrow('neither in items nor in quarantine')
})
