import { describe, expect, test } from 'vitest'
import { investigate } from '../../test-parts/investigate.ts'
import { KNOWN_INCIDENTS } from '../../test-parts/known-incidents.ts'
import { FIRING_AT } from '../../test-parts/scene.ts'
import type { World } from '../../test-parts/simulated-world.ts'

const COVERED = { ok: true, window_seconds: null, complete: true, truncated: 0, errors: [], database: 'shop' }
const at = (kind: string, database: NonNullable<World['database']>) => {
  const world = KNOWN_INCIDENTS[kind]?.()
  if (!world) throw new Error(`There is no ${kind}`)
  return investigate({ ...world, database }).diagnosis
}
const session = { user: 'shop', client: '127.0.0.1' }

const SLOTS = { max_connections: 60, reserved: 5, by_state: [] }
const FULL = {
  ...COVERED,
  ...SLOTS,
  used: 55,
  free: 0,
  by_client: [{ ...session, application: 'reporting', sessions: 43, idle: 43 }],
}
const LOCKS = {
  ...COVERED,
  waiting: 7,
  roots: [
    {
      ...session,
      pid: 4_711,
      application: 'stocktaking',
      state: 'idle in transaction',
      transaction_seconds: 92,
      state_seconds: 91,
      statement: 'SELECT id FROM items FOR UPDATE',
      blocks: 7,
      holds: ['RowShareLock on items'],
    },
  ],
  waits: [],
}
const TABLES = {
  ...COVERED,
  window_seconds: 1.2,
  tables: [
    {
      table: 'reservations',
      rows: 50_000,
      dead_rows: 0,
      size_bytes: 4_000_000,
      whole_reads_per_second: 120,
      rows_read_whole_per_second: 6_000_000,
      index_reads_per_second: 0,
      indexes: ['reservations_pkey (id)'],
      columns_without_index: ['item_id', 'quantity'],
      last_vacuum: null,
      hint: 'reservations is read whole',
      statements: ['SELECT sum(quantity) FROM reservations WHERE item_id = $1'],
    },
  ],
}

test('without a free slot the client that holds the slots is named', () => {
  const diagnosis = at('no_connection_slot', { get_connection_stats: FULL })
  expect(diagnosis).toMatchObject({ status: 'diagnosed', cause: 'connections_exhausted', component: 'database' })
  expect(diagnosis.root_cause).toContain('43 of them by reporting (43 idle)')
  expect(diagnosis.root_cause).not.toContain('cannot be told from here')
  expect(diagnosis.next_steps[0]).toContain('reporting')
})

test('of a lock the root of the wait graph is named, with what it holds', () => {
  const diagnosis = at('lock', { get_lock_info: LOCKS })
  expect(diagnosis).toMatchObject({ status: 'diagnosed', cause: 'lock_contention' })
  expect(diagnosis.root_cause).toMatch(/pid 4711 of stocktaking \(idle in transaction, its transaction open for 92 s\)/)
  expect(diagnosis.next_steps[0]).toContain('4711')
})

test('of a statement that wants a table alone and has others behind it the name is told, and to cancel it', () => {
  const [root] = LOCKS.roots
  const wait = (pid: number, application: string, behind: number, lock: string) => ({
    ...{ pid, began: '2026-11-20 11:59:00+00', application, waits_for_pids: [behind], seconds: 9, lock, statement: `of ${application}` },
  })
  const waits = [
    wait(9, 'checkout', 8, 'AccessShareLock on items'),
    wait(8, 'schema-change', 7, 'AccessExclusiveLock on items'),
    wait(6, 'checkout', 8, 'RowExclusiveLock on items'),
  ]
  const roots = [{ ...root, pid: 7, application: 'long-report', state: 'active', holds: [] }]
  const diagnosis = at('lock', { get_lock_info: { ...LOCKS, waiting: 3, roots, waits } })
  expect(diagnosis).toMatchObject({ cause: 'lock_contention', component: 'database' })
  expect(diagnosis.root_cause).toContain('behind a statement of schema-change, pid 8')
  expect(diagnosis.next_steps[0]).toContain('Cancel the statement of schema-change, pid 8')
  expect(diagnosis.next_steps.join()).not.toContain('Ask whoever runs long-report')
})

describe('what was changed shortly before', () => {
  const diary = (...changes: object[]) => ({ list_changes: { ...COVERED, window_seconds: 3_600, changes } })
  const change = (secondsBefore: number, over: object) => ({
    ...{
      at: new Date(FIRING_AT - secondsBefore * 1_000).toJSON(),
      by: 'POST /deploy by somebody',
      ports: [],
      from: null,
      to: null,
      release: null,
    },
    ...over,
  })

  test('is said, even where it is innocent', () => {
    const { cause, root_cause } = at('lock', diary(change(30, { what: 'scaled', from: '2', to: '3' })))
    expect(cause).toBe('lock_contention')
    expect(root_cause).toContain('What changed: the number of instances was changed from 2 to 3')
  })

  test('makes a release likelier when it was put in place just before, and not when it was an hour ago', () => {
    const world = (seconds: number) => diary(change(seconds, { what: 'deploy_started', release: 'r8', from: 'r7' }))
    const near = at('null_dereference', world(40))
    expect([near.root_cause, ...(near.alternatives ?? [])].join(' ')).toContain('release r8 was put in place of r7')
    expect(at('null_dereference', world(3_000))).toMatchObject({ cause: 'application_exception' })
  })

  test('of two releases the one is told that the beginning is closest to, not the one that took it back', () => {
    const world = KNOWN_INCIDENTS.null_dereference?.()
    if (!world) throw new Error('There is no null_dereference')
    const began = { at: new Date(FIRING_AT - 30_000).toJSON(), ended_at: null, error_rate_before: 0, error_rate_within: 0.5 }
    const put = (seconds: number, release: string, from: string) => change(seconds, { what: 'deploy_started', release, from })
    const database = diary(put(18, 'r4', 'r6'), put(33, 'r6', 'r4'))
    const { root_cause, alternatives } = investigate({ ...world, rate: { ...world.rate, onset: began, scopes: [] }, database }).diagnosis
    expect([root_cause, ...(alternatives ?? [])].join(' ')).toContain('release r6 was put in place of r4')
  })
})

test('of a slow query the table without an index is named, and the column', () => {
  const diagnosis = at('slow_query', { get_table_stats: TABLES })
  expect(diagnosis).toMatchObject({ cause: 'slow_query' })
  expect(diagnosis.root_cause).toContain('the table reservations is read whole 120 times a second, 50000 rows each time'.replace('t', 'T'))
  expect(diagnosis.root_cause).toContain('no index that begins with item_id')
  const lost = { index: 'reservations_item_id', table: 'reservations', columns: ['item_id'], state: 'missing' }
  expect(at('slow_query', { get_table_stats: { ...TABLES, missing_indexes: [lost] } }).root_cause).toContain(
    'The index reservations_item_id, which the schema declares for it, is missing.',
  )
})

describe('what the inside of the database contradicts', () => {
  test('free slots speak against a full server, whatever the log says', () => {
    const room = { ...FULL, used: 8, free: 47 }
    expect(at('no_connection_slot', { get_connection_stats: room }).confidence).toBeLessThan(
      at('no_connection_slot', { get_connection_stats: FULL }).confidence,
    )
  })

  test('a database that lets the agent in is not down', () => {
    const open = { ...COVERED, reachable: true, milliseconds: 3 }
    expect(at('database_down', { check_connection: open }).confidence).toBeLessThan(at('database_down', {}).confidence)
  })

  test('a function that fails is a failed look, and the diagnosis is as without it', () => {
    const failed = { error: { code: 'upstream_timeout', message: 'The database shop did not answer' } }
    const { cause, root_cause } = at('lock', { get_lock_info: failed })
    expect(cause).toBe('lock_contention')
    expect(root_cause).toContain('Who holds the lock cannot be told')
  })
})
