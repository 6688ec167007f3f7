import { statSync } from 'node:fs'
import { join } from 'node:path'
import { ERROR_LOG } from '@oncall-lab/lab/lab-directory'
import { query } from '@oncall-lab/postgres-server/query'
import { shopUrl } from '@oncall-lab/postgres-server/server'
import type { World } from './world.ts'

/** What a drill could leave behind: each fact as text, by its name. */
export interface Snapshot {
  /** The newest reservation then; what customers reserved since is no change. */
  lastReservation: number
  facts: Record<string, string>
}

/** Reads everything that has to be as it was once a drill is over. `since` is the snapshot to compare with. */
export async function takeSnapshot(world: World, since?: Snapshot): Promise<Snapshot> {
  // A database that is down cannot be compared; once it is up again it is.
  const database = await readDatabase(world, since?.lastReservation).catch(() => ({
    lastReservation: since?.lastReservation ?? 0,
    facts: UNREADABLE,
  }))
  const [instances, settings, faults, rules, silences, backends, releases] = await Promise.all([
    world.instances(),
    world.settings(),
    world.faults(),
    world.prometheus.rules(),
    world.silences(),
    world.backends(),
    world.releases(),
  ])
  const changed = settings.filter(({ value, usual, ports }) => value !== usual || ports.some((one) => one.value !== usual))
  return {
    lastReservation: database.lastReservation,
    facts: {
      instances: list(instances.map(({ port, state, release, drained }) => `${port} ${state} ${release}${drained ? ' drained' : ''}`)),
      'release of new instances': releases.current,
      settings: list(
        changed.map(
          ({ component, setting, value, ports }) =>
            `${component} ${setting}=${[value, ...ports.map((one) => `${one.port}:${one.value}`)].join(' ')}`,
        ),
      ),
      faults: list(faults.map(({ mode }) => mode)),
      backends: list(backends),
      rules,
      silences: list(silences),
      'error log': isFolder(join(world.lab.directory.errorLogs, ERROR_LOG)) ? 'no file' : 'a file',
      ...database.facts,
    },
  }
}

/** In place of the facts of a database that does not answer. */
const UNREADABLE: Record<string, string> = { database: 'it does not answer' }

/** Names of what differs, with both values; the rules only by name, they are long. */
export function differences(before: Snapshot, after: Snapshot): string[] {
  const names = Object.keys({ ...before.facts, ...after.facts })
  return names
    .filter((name) => before.facts[name] !== after.facts[name])
    .map((name) => (name === 'rules' ? 'rules differ' : `${name}: ${before.facts[name]} before, ${after.facts[name]} after`))
}

async function readDatabase({ lab }: World, lastReservation?: number): Promise<Snapshot> {
  const url = new URL(shopUrl(lab.book.ports.postgres))
  url.username = 'postgres' // For whom slots are reserved.
  const last = lastReservation ?? Number((await query(url.href, 'SELECT coalesce(max(id), 0)::int AS last FROM reservations'))[0]?.last)
  const [facts = {}] = await query(url.href, factsOf(last))
  return {
    lastReservation: last,
    facts: Object.fromEntries(Object.entries(facts).map(([name, value]) => [name.replaceAll('_', ' '), JSON.stringify(value)])),
  }
}

/** A row in quarantine is not lost. */
export const factsOf = (last: number) => `
  SELECT
    (SELECT string_agg(indexdef, '; ' ORDER BY indexdef) FROM pg_indexes WHERE schemaname = 'public') AS indexes,
    (SELECT string_agg(tablename, ', ' ORDER BY tablename) FROM pg_tables WHERE schemaname = 'public') AS tables,
    (SELECT count(*)::int FROM pg_stat_activity WHERE state LIKE 'idle in transaction%') AS idle_in_transaction,
    (SELECT string_agg(DISTINCT application_name, ', ') FROM pg_stat_activity
      WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
        AND application_name NOT IN ('inventory', 'on-call-agent', '')) AS foreign_clients,
    (SELECT count(*)::int FROM (SELECT id FROM items UNION SELECT key FROM oncall.quarantined_rows WHERE on_table = 'items' AND returned_at IS NULL) AS kept) AS items,
    (SELECT string_agg(on_table || ' ' || key, ', ' ORDER BY on_table, key) FROM oncall.quarantined_rows WHERE returned_at IS NULL) AS rows_in_quarantine,
    (SELECT count(*)::int FROM items WHERE manufacturer = '') AS items_without_maker,
    (SELECT count(*)::int FROM reservations WHERE id <= ${last}) AS reservations,
    (SELECT sum(hashtextextended(r::text, 0))::text FROM reservations r WHERE id <= ${last}) AS content_of_reservations`

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}

function list(texts: string[]): string {
  return texts.toSorted().join(', ') || 'none'
}
