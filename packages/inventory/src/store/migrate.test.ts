import { query } from '@oncall-lab/postgres-server/query'
import { createTestDatabase } from '@oncall-lab/postgres-server/test-database'
import { describe, expect, inject, it } from 'vitest'
import { migrate } from './migrate.ts'
import { MIGRATIONS, type Migration } from './migrations.ts'
import { PostgresPool } from './postgres-pool.ts'
import { PAGE } from './statements.ts'
import { NO_STORAGE_WATCH } from './storage-watch.ts'

const LIMITS = { connections: 1, acquireMs: 5_000, statementMs: 30_000, lockMs: 30_000, lifetimeSeconds: 0 }
const one: Migration = {
  version: 1,
  name: 'one',
  run: (connection) => connection.run('CREATE TABLE one (n int); INSERT INTO one VALUES (1)'),
}
const broken: Migration = {
  version: 2,
  name: 'two',
  async run(connection) {
    await connection.run('CREATE TABLE two (n int)')
    await connection.run('SELECT no_such_column FROM two')
  },
}
const mended: Migration = { ...broken, run: (connection) => connection.run('CREATE TABLE two (n int)') }

async function createDatabase() {
  const database = await createTestDatabase(inject('postgresUrl'))
  const run = async (migrations: readonly Migration[]) => {
    await using pool = new PostgresPool(database.url, { limits: LIMITS, surroundings: {}, watch: NO_STORAGE_WATCH })
    return await pool.use((connection) => migrate(connection, migrations))
  }
  return { url: database.url, run, [Symbol.asyncDispose]: () => database[Symbol.asyncDispose]() }
}

describe('migrate', () => {
  it('runs each step once, however many instances start at once', async () => {
    await using database = await createDatabase()
    const states = await Promise.all(Array.from({ length: 8 }, () => database.run([one, mended])))
    expect(states).toEqual(Array.from({ length: 8 }, () => ({ kind: 'current', version: 2 })))
    expect(await query(database.url, 'SELECT count(*)::int AS rows FROM one')).toEqual([{ rows: 1 }])
    expect(await query(database.url, 'SELECT version, name FROM schema_migrations ORDER BY version')).toEqual([
      { version: 1, name: 'one' },
      { version: 2, name: 'two' },
    ])
  })

  it('leaves nothing of a step that failed, keeps those before it, and goes on there the next time', async () => {
    await using database = await createDatabase()
    await expect(database.run([one, broken])).rejects.toMatchObject({ code: '42703' })
    expect(await query(database.url, `SELECT to_regclass('two') AS two, to_regclass('one')::text AS one`)).toEqual([
      { two: null, one: 'one' },
    ])
    expect(await database.run([one, mended])).toEqual({ kind: 'current', version: 2 })
    expect(await query(database.url, 'SELECT count(*)::int AS rows FROM one')).toEqual([{ rows: 1 }])
  })

  it('says so when a later release was here before, and changes nothing', async () => {
    await using database = await createDatabase()
    await database.run([one, mended])
    expect(await database.run([one])).toEqual({ kind: 'newer', version: 2, known: 1 })
  })
})

describe('the shop’s schema', () => {
  it('is numbered without a gap', () => {
    expect(MIGRATIONS.map(({ version }) => version)).toEqual(MIGRATIONS.map((_, index) => index + 1))
  })

  it('has an index without which each item of a page is a look at all reservations', async () => {
    await using database = await createDatabase()
    await database.run(MIGRATIONS)
    const plan = async () => {
      const statement = `EXPLAIN ${PAGE.text.replace('$1', "''").replace('$2', '101')}`
      return (await query(database.url, statement)).map((row) => row['QUERY PLAN']).join('\n')
    }
    expect(await plan()).toMatch(/SubPlan[\s\S]*reservations_item_id/)
    expect(await plan()).not.toContain('Seq Scan')
    await query(database.url, 'DROP INDEX reservations_item_id')
    expect(await plan()).toMatch(/SubPlan[\s\S]*Seq Scan on reservations/)
    expect(await plan()).not.toMatch(/hashed/i)
    const [counted] = await query(
      database.url,
      `SELECT count(*)::int AS rows, count(DISTINCT item_id)::int AS items,
      min(created_at) > now() - interval '24 hours 1 minute' AND max(created_at) <= now() AS recent FROM reservations`,
    )
    expect(counted).toEqual({ rows: 50_000, items: 5_000, recent: true })
  })
  it('declares each index that no constraint has, as it is, for everybody to read', async () => {
    await using database = await createDatabase()
    await database.run(MIGRATIONS)
    const made = await query(
      database.url,
      `SELECT c.relname::text AS name, t.relname::text AS on_table,
          (SELECT array_agg(a.attname::text ORDER BY k.n) FROM unnest(i.indkey::int[]) WITH ORDINALITY AS k (attnum, n)
            JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.attnum) AS columns
        FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
        WHERE t.relnamespace = 'public'::regnamespace AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = c.oid)`,
    )
    const agent = new URL(database.url)
    agent.username = 'oncall'
    expect(made).toHaveLength(1)
    expect(await query(agent.href, 'SELECT * FROM oncall.declared_indexes')).toEqual(made)
  })

  it('does without what is for the agent where its role may make no schema', async () => {
    await using database = await createDatabase()
    const admin = new URL(database.url)
    admin.username = 'postgres'
    await query(admin.href, `ALTER DATABASE ${admin.pathname.slice(1)} OWNER TO postgres; GRANT CREATE ON SCHEMA public TO shop`)
    expect(await database.run(MIGRATIONS)).toMatchObject({ kind: 'current' })
    expect(await query(database.url, "SELECT to_regnamespace('oncall') AS there")).toEqual([{ there: null }])
  })
})
