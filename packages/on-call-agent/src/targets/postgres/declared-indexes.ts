import type { Look } from './client.ts'
import { number, text } from './database-tool.ts'

/**
 * An index that the schema of a database declares, in its table `oncall.declared_indexes`. `unlike`: what has its name is no index, or one on something else.
 */
export interface DeclaredIndex {
  index: string
  table: string
  columns: string[]
  state: 'valid' | 'missing' | 'invalid' | 'being_built' | 'unlike' | 'no_table'
  /** Of the table, as the server estimates it. */
  rows: number
  sizeBytes: number
}

/** A process that builds it shows its progress by its own number, or by the table alone before there is one. */
const STATES = `
  SELECT d.name, d.on_table, d.columns, t.oid IS NOT NULL AS has_table, c.oid IS NOT NULL AS is_there, i.indisvalid AS valid,
         (SELECT array_agg(a.attname::text ORDER BY k.n) FROM unnest(i.indkey::int[]) WITH ORDINALITY AS k (attnum, n)
            JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum) = d.columns
            AND i.indpred IS NULL AND i.indexprs IS NULL AS alike,
         EXISTS (SELECT FROM pg_stat_progress_create_index p WHERE p.relid = t.oid AND (p.index_relid = c.oid OR c.oid IS NULL)) AS building,
         greatest(t.reltuples, 0) AS rows, pg_table_size(t.oid) AS size
    FROM oncall.declared_indexes d
    LEFT JOIN pg_class t ON t.relnamespace = 'public'::regnamespace AND t.relname = d.on_table AND t.relkind = 'r'
    LEFT JOIN pg_class c ON c.relnamespace = 'public'::regnamespace AND c.relname = d.name
    LEFT JOIN pg_index i ON i.indexrelid = c.oid AND i.indrelid = t.oid
   ORDER BY d.name LIMIT 100`

/** All that the schema declares; undefined where it declares none. */
export async function readDeclaredIndexes(look: Look): Promise<DeclaredIndex[] | undefined> {
  const [found] = await look.query("SELECT to_regclass('oncall.declared_indexes') AS declared")
  if (!found?.declared) return undefined
  return (await look.query(STATES)).map((row) => ({
    index: text(row.name),
    table: text(row.on_table),
    columns: Array.isArray(row.columns) ? row.columns.map(text) : [],
    state: stateOf(row),
    rows: number(row.rows),
    sizeBytes: number(row.size),
  }))
}

function stateOf({ has_table, is_there, valid, alike, building }: Record<string, unknown>): DeclaredIndex['state'] {
  if (!has_table) return 'no_table'
  if (is_there && !alike) return 'unlike'
  if (is_there && valid) return 'valid'
  if (building) return 'being_built'
  return is_there ? 'invalid' : 'missing'
}
