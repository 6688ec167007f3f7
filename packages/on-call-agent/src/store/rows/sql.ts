/** What a query gives: column name to value. Truth is 1 or 0, JSON is text. */
export type Row = Record<string, string | number | null>

/** What a statement is given for its `?`, or `?1`, `?2`, …. */
export type Value = string | number | null

/** A table that rows are added to, with the columns that they are given. One for each use, kept: what is made of it is kept with it. */
export interface Into {
  readonly table: string
  /** Their names and types: all but `key`, and those that stay empty or have a default that is not on record (`audit/entry.ts`). */
  readonly columns: Readonly<Record<string, 'text' | 'integer' | 'json'>>
  /** The whole number that each new row gets, and that grows. */
  readonly key: string
}

/** Statements that SQLite and PostgreSQL both understand; what they spell differently is in `words`. */
export interface Sql {
  all(sql: string, ...values: Value[]): Promise<Row[]>
  get(sql: string, ...values: Value[]): Promise<Row | undefined>
  run(sql: string, ...values: Value[]): Promise<void>
  /** Runs an INSERT and returns the column `key` of its row. */
  insert(sql: string, key: string, ...values: Value[]): Promise<number>
  /** Adds the rows in their order, and returns their keys in that order. */
  insertAll(into: Into, rows: Value[][]): Promise<number[]>
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
  /** The newest rows for each pair of texts in a JSON array of pairs: those that have the pair in two columns, at most so many of each pair. */
  newestOf(json: string, rows: NewestRows): string
}

/** Rows that a table numbers by `id`. */
interface NewestRows {
  table: string
  columns: readonly string[]
  pair: readonly [string, string]
  limit: number
}

/** A column that may be empty. */
export const optionalText = (value: Row[string] | undefined) => (typeof value === 'string' ? value : undefined)
