import { setTimeout as sleep } from 'node:timers/promises'
import { covering } from '../../coverage.ts'
import { TableStatsResult } from '../../database-functions.ts'
import type { DatabaseClient, Look, Row } from './client.ts'
import { databaseTool, number, text, time } from './database-tool.ts'
import { type DeclaredIndex, readDeclaredIndexes } from './declared-indexes.ts'
import { maskLiterals } from './mask-literals.ts'

const MOST_TABLES = 4
const MOST_NAMES = 8
/** The server's sessions report what they did about once a second each; of many sessions a part of a second is enough. */
const WINDOW_MS = 700
/** Of few, none may have reported by then. */
const FURTHER_MS = 500
/** A table of which so many rows are read one after the other for each read would be served better by an index. */
const MANY_ROWS_A_READ = 5_000

const COUNTERS = `
  SELECT relid, relname AS "table", seq_scan AS reads, seq_tup_read AS rows_read, coalesce(idx_scan, 0) AS index_reads, n_live_tup AS rows, n_dead_tup AS dead,
         pg_table_size(relid) AS size, greatest(last_vacuum, last_autovacuum) AS vacuumed
    FROM pg_stat_user_tables WHERE schemaname <> 'oncall'`
const INDEXES = `
  SELECT indrelid AS relid, c.relname || ' (' || (SELECT string_agg(a.attname, ', ' ORDER BY k.n) FROM unnest(i.indkey::int[]) WITH ORDINALITY AS k (attnum, n)
            JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum) || ')' AS "index", (i.indkey::int[])[0] AS leads
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indisvalid AND indrelid = ANY ($1::oid[])`
const COLUMNS = `SELECT attrelid AS relid, attnum, attname FROM pg_attribute WHERE attrelid = ANY ($1::oid[]) AND attnum > 0 AND NOT attisdropped ORDER BY attnum`
const STATEMENTS = `SELECT left(query, 4000) AS query FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid() AND backend_type = 'client backend'`

/** `get_table_stats`: which tables are read whole at this moment, and what an index is missing for. */
export function getTableStats(databases: readonly DatabaseClient[]) {
  return databaseTool(databases, {
    name: 'get_table_stats',
    description:
      'The tables that are read most just now (over about a second): reads of the whole table against reads by index, rows, dead rows, indexes, columns without one, and the statements that run on them (literals masked). missing_indexes: those that the schema declares and that are not there.',
    parameters: {},
    result: TableStatsResult,
    async look(look, _args, database) {
      const before = new Map((await look.query(COUNTERS)).map((row) => [text(row.relid), row]))
      const statements = (await look.query(STATEMENTS)).map(({ query }) => text(query))
      const started = performance.now()
      await sleep(WINDOW_MS)
      let after = await look.query(COUNTERS)
      if (!after.some((row) => rates(row, before.get(text(row.relid)), 1).rows > 0)) {
        await sleep(FURTHER_MS)
        after = await look.query(COUNTERS)
      }
      const took = (performance.now() - started) / 1_000
      const rows = after
        .map((row) => ({ row, read: rates(row, before.get(text(row.relid)), took) }))
        .sort((a, b) => b.read.rows - a.read.rows || number(b.row.size) - number(a.row.size))
      const shown = rows.slice(0, MOST_TABLES)
      const shape = await shapesOf(
        look,
        shown.map(({ row }) => row.relid),
      )
      const lost = missingOf(await readDeclaredIndexes(look))
      return {
        ...covering(Math.round(took * 10) / 10, Math.max(0, rows.length - MOST_TABLES)),
        database,
        ...(lost && { missing_indexes: lost }),
        tables: shown.map(({ row, read }) => {
          const table = text(row.table)
          const { indexes, columns } = shape(text(row.relid))
          return {
            table,
            rows: number(row.rows),
            dead_rows: number(row.dead),
            size_bytes: number(row.size),
            whole_reads_per_second: read.whole,
            rows_read_whole_per_second: read.rows,
            index_reads_per_second: read.index,
            indexes,
            columns_without_index: columns,
            last_vacuum: time(row.vacuumed),
            hint: hintOf(table, read),
            statements: onTable(statements, table),
          }
        }),
      }
    },
    summarise({ tables, missing_indexes }) {
      const [lost] = missing_indexes ?? []
      const missing = lost
        ? ` The index ${lost.index}, which the schema declares for ${lost.table}, is ${lost.state.replace('_', ' ')}.`
        : ''
      return `${tables.flatMap(({ hint }) => hint ?? [])[0] ?? 'No table is read whole more than it should be.'}${missing}`
    },
  })
}

function missingOf(declared: DeclaredIndex[] | undefined): TableStatsResult['missing_indexes'] {
  return declared
    ?.flatMap(({ index, table, columns, state }) =>
      state === 'missing' || state === 'invalid' || state === 'being_built' ? [{ index, table, columns, state }] : [],
    )
    .slice(0, MOST_NAMES)
}

interface Rates {
  whole: number
  rows: number
  index: number
}

function rates(row: Row, before: Row | undefined, took: number): Rates {
  const rate = (name: string) => Math.round((Math.max(0, number(row[name]) - number(before?.[name] ?? row[name])) / took) * 10) / 10
  return { whole: rate('reads'), rows: rate('rows_read'), index: rate('index_reads') }
}

function hintOf(table: string, { whole, rows }: Rates): string | null {
  if (whole === 0 || rows / whole < MANY_ROWS_A_READ) return null
  return `${table} is read whole ${whole} times a second, ${Math.round(rows / whole)} rows each time: an index seems to be missing for what is looked up in it.`
}

async function shapesOf(look: Look, relids: unknown[]) {
  const ids = [relids.map(Number)]
  const indexes = await look.query(INDEXES, ids)
  const columns = await look.query(COLUMNS, ids)
  return (relid: string) => {
    const own = indexes.filter((row) => text(row.relid) === relid)
    const leading = new Set(own.map(({ leads }) => number(leads)))
    return {
      indexes: own.slice(0, MOST_NAMES).map((row) => text(row.index)),
      columns: columns
        .filter((row) => text(row.relid) === relid && !leading.has(number(row.attnum)))
        .slice(0, MOST_NAMES)
        .map(({ attname }) => text(attname)),
    }
  }
}

/** The different statements that name the table. */
function onTable(statements: string[], table: string): string[] {
  return [...new Set(statements.map(maskLiterals).filter((statement) => statement.includes(table)))].slice(0, 2)
}
