import { Client, Pool, type PoolClient, type QueryResult, types } from 'pg'
import type { Into, Row, Sql, Value, Words } from '../rows/sql.ts'

/** A connection that one caller has to itself. */
export interface Connection extends AsyncDisposable {
  query(text: string, values?: Value[]): Promise<Row[]>
  /** Several statements without values, in one message: the rows of each. */
  script(text: string): Promise<Row[][]>
  readonly sql: Sql
  /** False once it is lost. */
  isUsable(): boolean
  onNotification(listener: (payload: string) => void): void
  onLost(listener: () => void): void
}

/** Connections for reading, opened when needed. */
export interface Readers extends AsyncDisposable {
  readonly sql: Sql
  query(text: string, values?: Value[]): Promise<Row[]>
}

const CONNECT_MS = 5_000
const STATEMENT_MS = 30_000
/** Longer than the server's own limit: only a server or a link that is silent lets it pass. */
const SILENCE_MS = 35_000
const READERS = 4

const BOOLEAN = 16
const BIGINT = 20
const JSON_TEXT = 114

/** The rows as SQLite gives them: truth as 1 and 0, numbers as numbers (ours stay far below 2^53), JSON as text. */
const PARSERS = new Map<number, (text: string) => unknown>([
  [BOOLEAN, (text) => (text === 't' ? 1 : 0)],
  [BIGINT, Number],
  [JSON_TEXT, (text) => text],
])

const WORDS: Words = {
  later: (a, b) => `greatest(${a}, ${b})`,
  texts: (json) => `SELECT json_array_elements_text(${json}::json)`,
  numbers: (json) => `SELECT json_array_elements_text(${json}::json)::bigint`,
  newestOf: (json, { table, columns, pair: [a, b], limit }) => `
    SELECT each.* FROM json_array_elements(${json}::json) AS pair CROSS JOIN LATERAL
      (SELECT ${columns.join(', ')} FROM ${table} WHERE ${a} = pair ->> 0 AND ${b} = pair ->> 1 ORDER BY id DESC LIMIT ${limit}) AS each`,
}

const options = (url: string) => ({
  connectionString: url,
  application_name: 'on-call-agent',
  connectionTimeoutMillis: CONNECT_MS,
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
  statement_timeout: STATEMENT_MS,
  query_timeout: SILENCE_MS,
  lock_timeout: 10_000,
  // A process that stands still gives the others their turn.
  idle_in_transaction_session_timeout: 10_000,
  options: '-c jit=off',
  types: { getTypeParser: (id: number, format?: 'text' | 'binary') => PARSERS.get(id) ?? types.getTypeParser(id, format as 'text') },
})

/** Connects. @throws the driver's or the server's error. */
export async function connect(url: string): Promise<Connection> {
  // Statements are sent at once, also while an answer is awaited; they are carried out in their order.
  const client = new Client(Object.assign(options(url), { pipeline: true }))
  let usable = true
  const lost: (() => void)[] = []
  const lose = () => {
    if (usable) for (const listener of lost) listener()
    usable = false
  }
  client.on('error', lose)
  client.on('end', lose)
  await client.connect()
  const query = async (text: string, values?: (Value | Value[])[]) => rowsOf(await client.query(statement(text, values)))
  return {
    query,
    // Several statements give several results, which the driver's types do not know.
    script: async (text) => [(await client.query(text)) as QueryResult | QueryResult[]].flat().map(rowsOf),
    sql: sqlOn(query),
    isUsable: () => usable,
    onNotification: (listener) => client.on('notification', ({ payload }) => listener(payload ?? '')),
    onLost: (listener) => lost.push(listener),
    async [Symbol.asyncDispose]() {
      await client.end().catch(() => {})
    },
  }
}

/** A pool of connections that nothing is changed by. */
export function createReaders(url: string): Readers {
  const pool = new Pool({ ...options(url), max: READERS, idleTimeoutMillis: 10_000 })
  // A broken connection fails the query that has it; without a listener it would end the process too.
  pool.on('error', () => {})
  pool.on('connect', (client: PoolClient) => client.on('error', () => {}))
  const query = async (text: string, values?: (Value | Value[])[]) => rowsOf(await pool.query(statement(text, values)))
  return { sql: sqlOn(query), query, [Symbol.asyncDispose]: () => pool.end() }
}

const rowsOf = ({ rows }: QueryResult): Row[] => rows as Row[] // The parsers give nothing else for the types of the schema.

function sqlOn(query: (text: string, values?: (Value | Value[])[]) => Promise<Row[]>): Sql {
  return {
    words: WORDS,
    all: (text, ...values) => query(text, values),
    get: async (text, ...values) => (await query(text, values))[0],
    async run(text, ...values) {
      await query(text, values)
    },
    insert: async (text, key, ...values) => Number((await query(`${text} RETURNING ${key}`, values))[0]?.[key]),
    async insertAll(into, rows) {
      const keys: number[] = []
      for (let i = 0; i < rows.length; i += ROWS_A_STATEMENT) {
        const some = rows.slice(i, i + ROWS_A_STATEMENT)
        const inserted = await query(
          insertOf(into),
          Object.keys(into.columns).map((_, column) => some.map((row) => row[column] ?? null)),
        )
        // In whatever order they are returned, they were numbered in that of the rows.
        keys.push(...inserted.map((row) => Number(row[into.key])).sort((a, b) => a - b))
      }
      return keys
    },
  }
}

const ROWS_A_STATEMENT = 500
const inserts = new Map<Into, string>()

/** One statement for any number of rows: each column comes as one list. */
function insertOf(into: Into): string {
  const columns = Object.entries(into.columns)
  const names = columns.map(([name]) => name).join(', ')
  const values = columns.map(([name, type]) => (type === 'json' ? `${name}::json` : name)).join(', ')
  const lists = columns.map(([, type]) => `?::${type === 'json' ? 'text' : type}[]`).join(', ')
  const statement =
    inserts.get(into) ??
    `INSERT INTO ${into.table} (${names}) SELECT ${values} FROM unnest(${lists}) AS rows (${names}) RETURNING ${into.key}`
  inserts.set(into, statement)
  return statement
}

/** By its name each connection prepares a statement once. */
const statements = new Map<string, { name: string; text: string }>()

function statement(text: string, values: (Value | Value[])[] = []) {
  let known = statements.get(text)
  if (!known) {
    let place = 0
    // `?` is the next value and `?2` the second one; PostgreSQL numbers all of them.
    const numbered = text.replace(/\?(\d*)/g, (_, number: string) => `$${number || ++place}`)
    known = { name: `s${statements.size}`, text: numbered }
    statements.set(text, known)
  }
  return { ...known, values }
}
