/** What a query gives: column name to value. Truth is 1 or 0, JSON is text. */
export type Row = Record<string, string | number | null>

/** What a statement is given for its `?`, or `?1`, `?2`, …. */
export type Value = string | number | null

/** Statements that SQLite and PostgreSQL both understand; what they spell differently is in `words`. */
export interface Sql {
  all(sql: string, ...values: Value[]): Promise<Row[]>
  get(sql: string, ...values: Value[]): Promise<Row | undefined>
  run(sql: string, ...values: Value[]): Promise<void>
  /** Runs an INSERT and returns the column `key` of its row. */
  insert(sql: string, key: string, ...values: Value[]): Promise<number>
  readonly words: Words
}

/** What the two databases spell differently. */
export interface Words {
  /** The later one of two texts. */
  later(a: string, b: string): string
  /** The members of a JSON array of texts, to be used within `IN (…)`. */
  texts(json: string): string
  /** The members of a JSON array of numbers, likewise. */
  numbers(json: string): string
}

/** A column that may be empty. */
export const optionalText = (value: Row[string] | undefined) => (typeof value === 'string' ? value : undefined)
