import type { Sql, Value } from './sql.ts'

/** The largest that fits comes first: few statements for many rows, and few different ones that a database keeps prepared. */
const ROWS_A_STATEMENT = [64, 16, 4, 1]

/** The rows in their order, as many at a time as one statement takes. */
export function* inStatements<Each>(rows: Each[]): Generator<Each[]> {
  for (let i = 0; i < rows.length; ) {
    const count = ROWS_A_STATEMENT.find((many) => many <= rows.length - i) ?? 1
    yield rows.slice(i, i + count)
    i += count
  }
}

/** `into` is a table with its columns, e.g. `events (at, event)`. Returns the column `key` of the rows, in their order: a whole number that grows. */
export async function insertRows(sql: Sql, { into, key }: { into: string; key: string }, rows: Value[][]): Promise<number[]> {
  const keys: number[] = []
  for (const some of inStatements(rows)) {
    const width = some[0]?.length ?? 0
    const statement = repeated(`INSERT INTO ${into} VALUES `, `(${Array(width).fill('?').join(', ')})`, some.length)
    const inserted = await sql.all(`${statement} RETURNING ${key}`, ...some.flat())
    // In whatever order they are returned, they were numbered in that of the rows.
    keys.push(...inserted.map((row) => Number(row[key])).sort((a, b) => a - b))
  }
  return keys
}

/** Kept, so that nobody joins them again. */
const statements = new Map<string, string>()

function repeated(head: string, part: string, count: number): string {
  const name = `${head}${part}${count}`
  const statement = statements.get(name) ?? head + Array(count).fill(part).join(', ')
  statements.set(name, statement)
  return statement
}
