import type { Into } from './sql.ts'

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

/** Kept, so that nobody joins them again: by the table and the number of rows. */
const statements = new Map<Into, Map<number, string>>()

/** The statement that adds so many rows. */
export function insertOf(into: Into, count: number): string {
  const known = statements.get(into) ?? new Map<number, string>()
  statements.set(into, known)
  const names = Object.keys(into.columns)
  const one = `(${names.map(() => '?').join(', ')})`
  const statement = known.get(count) ?? `INSERT INTO ${into.table} (${names.join(', ')}) VALUES ${Array(count).fill(one).join(', ')}`
  known.set(count, statement)
  return statement
}
