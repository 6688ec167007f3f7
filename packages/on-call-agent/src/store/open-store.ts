import type { IncidentRules } from '../incidents/rules.ts'
import type { Store } from './ports.ts'
import { checkAddress } from './postgres/explain-failure.ts'
import { createPostgresStore } from './postgres/postgres-store.ts'
import type { Recovery } from './sqlite/open-file.ts'
import { createSqliteStore } from './sqlite/sqlite-store.ts'

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
