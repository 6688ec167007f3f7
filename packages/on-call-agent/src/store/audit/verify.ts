import type { Row, Sql } from '../rows/sql.ts'
import { AUDITED, digestOf, hashOf, NO_HASH, type RowState, rowsOf } from './entry.ts'

/** What is wrong, in a sentence that names it. */
export interface AuditReport {
  entries: number
  /** The newest entry's number and hash: kept elsewhere, it shows that nothing was cut off at the end. */
  head: string
  findings: string[]
}

/** Of up to 256 rows each. */
const PAGE = 500

/** Compares the record with itself and with what is stored. `head` is one that was noted earlier. */
export async function verifyAudit(sql: Sql, head?: string): Promise<AuditReport> {
  const { digests, ...chain } = await readChain(sql, head)
  const findings = [...chain.findings]
  for (const [table, { key }] of Object.entries(AUDITED)) {
    for (const row of await sql.all(`SELECT * FROM ${table} ORDER BY ${key}`)) {
      const name = `${table} ${row[key]}`
      const recorded = digests.get(name)
      digests.delete(name)
      if (recorded === undefined || recorded === '') findings.push(`${describe(table, key, row)} is stored, and the agent never stored it`)
      else if (recorded !== digestOf(table, row)) findings.push(`${describe(table, key, row)} was changed after the agent stored it`)
    }
  }
  for (const [name, digest] of digests) if (digest !== '') findings.push(`${name} was removed, not by the agent`)
  return { entries: chain.entries, head: chain.head, findings }
}

async function readChain(sql: Sql, noted: string | undefined) {
  const digests = new Map<string, string>()
  const findings: string[] = []
  let hash = NO_HASH
  let n = 0
  let isNoted = noted === undefined
  for (let page = await pageAfter(sql, 0); page.length > 0; page = await pageAfter(sql, n)) {
    for (const row of page) {
      const entry = { n: Number(row.n), at: String(row.at), tbl: String(row.tbl), key: String(row.key), digest: String(row.digest) }
      if (entry.n !== n + 1) findings.push(`record ${n + 1}${entry.n > n + 2 ? ` to ${entry.n - 1}` : ''} is missing`)
      else if (hashOf(hash, entry) !== row.hash) findings.push(`record ${entry.n} (${described(entry)}) was changed, or one before it`)
      n = entry.n
      hash = String(row.hash)
      if (`${n}:${hash}` === noted) isNoted = true
      for (const { tbl, key, digest } of rowsOf(entry)) digests.set(`${tbl} ${key}`, digest)
    }
  }
  if (!isNoted) findings.push(`the record does not hold ${noted}: what was noted then was cut off or rewritten`)
  return { digests, findings, entries: n, head: `${n}:${hash}` }
}

/** As far as it can be read. */
function described(entry: RowState): string {
  const [first, ...others] = rowsOf(entry)
  return `${first?.tbl} ${first?.key}${others.length > 0 ? ` and ${others.length} more` : ''}`
}

const pageAfter = (sql: Sql, n: number) => sql.all('SELECT * FROM audit WHERE n > ? ORDER BY n LIMIT ?', n, PAGE)

const describe = (table: string, key: string, row: Row) =>
  `${table} ${row[key]}${typeof row.incident_id === 'string' ? ` (of incident ${row.incident_id})` : typeof row.number === 'number' ? ` (I${row.number})` : ''}`
