import { query } from '@oncall-lab/postgres-server/query'

/** What a fault could leave behind in the database; the rows are those that were there when the trial began. */
export interface DatabaseState {
  lastReservation: number
  facts: Record<string, unknown>
}

/** Reads it as the superuser, for whom slots are reserved. `lastReservation` is the newest one to count, all when it is missing. */
export async function readDatabase(url: string, lastReservation?: number): Promise<DatabaseState> {
  const admin = new URL(url)
  admin.username = 'postgres'
  admin.searchParams.set('application_name', OWN_NAME)
  const last = lastReservation ?? Number((await query(admin.href, 'SELECT max(id)::int AS last FROM reservations'))[0]?.last)
  const [facts = {}] = await query(admin.href, facts_sql(last))
  return { lastReservation: last, facts }
}

/** Of the trial's own sessions, of which one may still be closing. */
export const OWN_NAME = 'psql'

/** The names of what differs, with both values. */
export function difference(before: DatabaseState, after: DatabaseState): string[] {
  const names = Object.keys(before.facts).filter((name) => JSON.stringify(before.facts[name]) !== JSON.stringify(after.facts[name]))
  return names.map((name) => `${name}: ${JSON.stringify(before.facts[name])} before, ${JSON.stringify(after.facts[name])} after`)
}

const facts_sql = (lastReservation: number) => `
  SELECT
    (SELECT string_agg(indexdef, '; ' ORDER BY indexdef) FROM pg_indexes WHERE schemaname = 'public') AS indexes,
    (SELECT string_agg(tablename, ', ' ORDER BY tablename) FROM pg_tables WHERE schemaname = 'public') AS tables,
    (SELECT count(*)::int FROM pg_locks WHERE NOT granted OR locktype = 'advisory') AS waiting_or_advisory_locks,
    (SELECT string_agg(DISTINCT application_name, ', ') FROM pg_stat_activity
      WHERE backend_type = 'client backend' AND application_name <> '${OWN_NAME}') AS clients,
    (SELECT count(*)::int FROM pg_stat_activity WHERE state LIKE 'idle in transaction%') AS idle_in_transaction,
    (SELECT count(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend') < 30 AS most_slots_are_free,
    (SELECT count(*)::int FROM items WHERE id ~ '^[0-9]+$') AS items,
    (SELECT count(*)::int FROM reservations WHERE id <= ${lastReservation}) AS reservations,
    (SELECT sum(hashtextextended(r::text, 0))::text FROM reservations r WHERE id <= ${lastReservation}) AS content_of_reservations`
