import { dirname, join } from 'node:path'
import { ConfigError } from '@oncall-lab/service-kit/config'
import type { IncidentRules } from '../incidents/rules.ts'
import type { Store } from './ports.ts'
import { connect } from './postgres/connection.ts'
import { checkAddress, unusable } from './postgres/explain-failure.ts'
import { createPostgresStore } from './postgres/postgres-store.ts'
import type { Sql } from './rows/sql.ts'
import { openDatabase } from './sqlite/database.ts'
import type { Recovery } from './sqlite/open-file.ts'
import { createSqliteStore } from './sqlite/sqlite-store.ts'
import { readOnly } from './sqlite/writer.ts'

interface OpenStoreOptions {
  rules: IncidentRules
  /** What happens to a SQLite file that cannot be used. */
  recovery: Recovery
  onMoved: (to: string) => void
  onError: (what: string, error: unknown) => void
}

const isServer = (place: string) => /^postgres(ql)?:/i.test(place)

/** Opens AGENT_DB: a file, or the address of a PostgreSQL database. @throws ConfigError that says why it cannot be used. */
export async function openStore(place: string, { rules, recovery, onMoved, onError }: OpenStoreOptions): Promise<Store> {
  return isServer(place) ? createPostgresStore(place, { rules, onError }) : createSqliteStore(place, { rules, recovery, onMoved })
}

/** Checks the form of AGENT_DB. @throws ConfigError */
export function checkPlace(place: string): void {
  if (isServer(place)) checkAddress(place)
}

/** Where files are kept that belong to AGENT_DB and are no part of it: a folder beside the file, or one of the working directory. */
export function besideStore(place: string, name: string): string {
  return join(isServer(place) || place === ':memory:' ? 'data' : dirname(place), name)
}

/** AGENT_DB as one who only reads sees it, at one moment. @throws ConfigError when there is nothing to read. */
export async function openToRead(place: string, exists: (file: string) => boolean): Promise<{ sql: Sql } & AsyncDisposable> {
  if (isServer(place)) {
    const connection = await connect(checkAddress(place)).catch((error: unknown) => {
      throw unusable(place, error)
    })
    await connection.script('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    return { sql: connection.sql, [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose]() }
  }
  if (!exists(place)) throw new ConfigError(`AGENT_DB=${place}: there is no such file.`)
  const db = openDatabase(place)
  db.begin()
  return { sql: readOnly(db), [Symbol.asyncDispose]: async () => db[Symbol.dispose]() }
}
