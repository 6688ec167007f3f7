import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTestDatabase } from '@oncall-lab/postgres-server/test-database'
import { afterAll, describe, expect, inject, test } from 'vitest'
import { receivedAlert } from '../../../test-parts/alerts.ts'
import { concludeWithPage } from '../contract/store-test.ts'
import type { Store } from '../ports.ts'
import { connect } from '../postgres/connection.ts'
import { createPostgresStore } from '../postgres/postgres-store.ts'
import { type Database, openDatabase } from '../sqlite/database.ts'
import { createSqliteStore } from '../sqlite/sqlite-store.ts'
import { readOnly } from '../sqlite/writer.ts'
import { AUDITED, hashOf, NO_HASH, rowsOf } from './entry.ts'
import { verifyAudit } from './verify.ts'

const folder = mkdtempSync(join(tmpdir(), 'audit-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Some of everything: an incident that was investigated, paged, answered and resolved, and an action. */
async function live(store: Store): Promise<void> {
  const [opened] = await store.alerts.apply([receivedAlert()])
  const id = opened?.incidentId ?? ''
  await concludeWithPage(store, id)
  const [page] = await store.outbox.claimDue(new Date(Date.now() + 1_000))
  await store.outbox.markSending(page?.id ?? 0)
  await store.outbox.markAccepted(page?.id ?? 0, 'SM1')
  const message = await store.inbox.receive({ vendorId: 'SM2', from: 'whatsapp:+15550100001', body: 'why?', incidentId: id })
  await store.inbox.begin(message?.id ?? 0)
  await expect(store.incidents.append('no such incident', { kind: 'incident_resolved' })).rejects.toThrow()
  await store.alerts.apply([receivedAlert(), receivedAlert({ status: 'resolved' })])
}

const file = join(folder, 'agent.db')
{
  await using store = createSqliteStore(file)
  await live(store)
}

/** Makes the record what older versions wrote: an entry for each row. Returns how many. */
function unpackRecord(db: Database): number {
  const rows = db.all('SELECT * FROM audit ORDER BY n').flatMap(({ at, tbl, key, digest }) => {
    const entry = { tbl: String(tbl), key: String(key), digest: String(digest) }
    return rowsOf(entry).map((row) => ({ at: String(at), ...row }))
  })
  db.run('DELETE FROM audit')
  let hash = NO_HASH
  for (const [i, row] of rows.entries()) {
    const { n, at, tbl, key, digest } = { n: i + 1, ...row }
    hash = hashOf(hash, { n, at, tbl, key, digest })
    db.run('INSERT INTO audit (n, at, tbl, key, digest, hash) VALUES (?, ?, ?, ?, ?, ?)', n, at, tbl, key, digest, hash)
  }
  return rows.length
}

/** What is found after statements that the agent did not run. */
async function foundAfter(...statements: string[]): Promise<string[]> {
  using db = openDatabase(file)
  db.begin()
  for (const statement of statements) db.run(statement)
  const { findings } = await verifyAudit(readOnly(db))
  db.rollback()
  return findings
}

describe('the record of what the agent stored', () => {
  test('holds what was stored, also after a restart, and knows its own head', async () => {
    {
      await using store = createSqliteStore(file)
      await store.incidents.list(1)
    }
    using db = openDatabase(file)
    const report = await verifyAudit(readOnly(db))
    expect(report).toMatchObject({ findings: [], entries: expect.any(Number) })
    expect((await verifyAudit(readOnly(db), report.head)).findings).toEqual([])
    expect((await verifyAudit(readOnly(db), `1:${'a'.repeat(64)}`)).findings).toEqual([expect.stringMatching(/^the record does not hold/)])
  })

  test('any column of any row that is changed is found and named', async () => {
    using db = openDatabase(file)
    let changes = 0
    for (const [table, { key, passing }] of Object.entries(AUDITED)) {
      for (const row of db.all(`SELECT * FROM ${table}`)) {
        for (const [column, value] of Object.entries(row)) {
          if (column === key || column === 'id' || column === 'number' || column === 'incident_id' || passing.includes(column)) continue
          const changed = typeof value === 'number' ? `${column} + 1` : `coalesce(${column}, '') || 'x'`
          const found = await foundAfter(`UPDATE ${table} SET ${column} = ${changed} WHERE ${key} = '${row[key]}'`)
          expect([table, column, found]).toEqual([table, column, [expect.stringContaining(`${table} ${row[key]}`)]])
          changes += 1
        }
      }
    }
    expect(changes).toBeGreaterThan(50)
  })

  test('a row that is removed or added, and a record that is removed, changed or moved, are found and named', async () => {
    expect(await foundAfter('DELETE FROM events WHERE id = 2')).toEqual(['events 2 was removed, not by the agent'])
    expect(await foundAfter(`INSERT INTO events (incident_id, at, event) SELECT incident_id, at, event FROM events WHERE id = 1`)).toEqual([
      expect.stringMatching(/^events \d+ .* is stored, and the agent never stored it$/),
    ])
    expect(await foundAfter('DELETE FROM audit WHERE n = 3')).toContain('record 3 is missing')
    for (const part of ['at', 'tbl', 'key', 'digest', 'hash'])
      expect(await foundAfter(`UPDATE audit SET ${part} = replace(${part}, substr(${part}, 1, 1), 'z') WHERE n = 4`)).toContainEqual(
        expect.stringMatching(/^record [45] /),
      )
    expect(
      await foundAfter('UPDATE audit SET n = -1 WHERE n = 5', 'UPDATE audit SET n = 5 WHERE n = 6', 'UPDATE audit SET n = 6 WHERE n = -1'),
    ).toContainEqual(expect.stringMatching(/^record 5 /))
  })

  test('of an older version, with an entry for each row, is read and gone on with', async () => {
    const older = join(folder, 'older.db')
    {
      await using store = createSqliteStore(older)
      await live(store)
    }
    let entries: number
    {
      using db = openDatabase(older)
      entries = unpackRecord(db)
    }
    {
      await using store = createSqliteStore(older)
      await store.alerts.apply([receivedAlert({ fingerprint: 'another' })])
    }
    using db = openDatabase(older)
    expect(await verifyAudit(readOnly(db))).toMatchObject({ findings: [], entries: entries + 1 })
    db.run(`UPDATE events SET at = '2026-01-01T00:00:00.000Z' WHERE id = 1`)
    db.run('UPDATE audit SET key = 2 WHERE n = 1')
    expect((await verifyAudit(readOnly(db))).findings).toEqual([
      'record 1 (incidents 2) was changed, or one before it',
      expect.stringMatching(/^events 1 .* was changed after the agent stored it$/),
      'incidents 2 was removed, not by the agent',
    ])
  })

  test('has one entry for all that a change did, and one for each 256 rows of a large one', async () => {
    const large = join(folder, 'large.db')
    {
      await using store = createSqliteStore(large)
      await store.alerts.apply(Array.from({ length: 300 }, (_, n) => receivedAlert({ fingerprint: `f${n}` })))
      await store.alerts.apply([receivedAlert({ fingerprint: 'f0', status: 'resolved' })])
    }
    using db = openDatabase(large)
    // An incident, 300 episodes and 300 events; then an episode and an event.
    expect(db.all('SELECT key FROM audit ORDER BY n').map(({ key }) => Number(key))).toEqual([256, 256, 89, 2])
    expect((await verifyAudit(readOnly(db))).findings).toEqual([])
  })

  test('agrees with texts that no database keeps as they are', async () => {
    const odd = join(folder, 'odd.db')
    {
      await using store = createSqliteStore(odd)
      for (const [n, text] of ['half of an emoji \ud83d', '\ude00 the other half', 'a \u0000 within', '👍 and العربية'].entries())
        await store.alerts.apply([
          receivedAlert({ fingerprint: `f${n} ${text}`, alertname: text, service: text, summary: text, labels: { text } }),
        ])
    }
    using db = openDatabase(odd)
    expect((await verifyAudit(readOnly(db))).findings).toEqual([])
  })

  test('agrees with what is stored after old incidents were forgotten, and still finds what the agent did not remove', async () => {
    const pruned = join(folder, 'pruned.db')
    {
      await using store = createSqliteStore(pruned)
      await live(store)
      const [message] = await store.inbox.unanswered()
      await store.inbox.markAnswered(message?.id ?? 0)
      for (const { id } of await store.outbox.list(['pending'])) await store.outbox.markAccepted(id, `SM-${id}`)
      expect(await store.incidents.prune(new Date(Date.now() + 60_000), 10)).toBe(1)
      await store.alerts.apply([receivedAlert({ fingerprint: 'another' })])
    }
    using db = openDatabase(pruned)
    const report = await verifyAudit(readOnly(db))
    expect(report).toMatchObject({ findings: [], entries: expect.any(Number) })
    expect(db.all('SELECT count(*) AS n FROM incidents')).toEqual([{ n: 1 }])
    db.run('DELETE FROM events WHERE id = (SELECT max(id) FROM events)')
    expect((await verifyAudit(readOnly(db))).findings).toEqual([expect.stringMatching(/^events \d+ was removed, not by the agent$/)])
  })

  test('is kept in PostgreSQL too', async () => {
    await using database = await createTestDatabase(inject('postgresUrl'))
    {
      await using store = await createPostgresStore(database.url)
      await live(store)
    }
    {
      await using store = await createPostgresStore(database.url)
      const odd = 'half of an emoji \ud83d'
      await store.alerts.apply(Array.from({ length: 70 }, (_, n) => receivedAlert({ fingerprint: `f${n}`, summary: odd, service: odd })))
    }
    await using connection = await connect(database.url)
    expect((await verifyAudit(connection.sql)).findings).toEqual([])
    await connection.query(`UPDATE messages SET body = 'something else' WHERE vendor_id = 'SM2'`)
    expect((await verifyAudit(connection.sql)).findings).toEqual([
      expect.stringMatching(/^messages \d+ \(of incident .*\) was changed after the agent stored it$/),
    ])
  })
})
