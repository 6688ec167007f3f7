import { LabError } from '@oncall-lab/service-kit/errors'
import { Type } from 'typebox'
import { covering } from '../../coverage.ts'
import { ConfigParameterResult, DatabaseInfoResult, DatabaseStatsResult, ReplicationStatusResult } from '../../database-functions.ts'
import type { DatabaseClient } from './client.ts'
import { databaseTool, number, seconds, text, time } from './database-tool.ts'

/** Their values hold commands, addresses and passwords. */
const KEPT = /conninfo|password|secret|_command$|_file$|key|passphrase/

/** `get_database_info`: which server it is, since when it runs, how big it is. */
export function getDatabaseInfo(databases: readonly DatabaseClient[]) {
  return databaseTool(databases, {
    name: 'get_database_info',
    description: "The database server's version, start, size, role (primary or replica) and number of slots.",
    parameters: {},
    result: DatabaseInfoResult,
    async look(look, _args, database) {
      const [row] = await look.query(
        `SELECT current_setting('server_version') AS version, pg_postmaster_start_time() AS started, extract(epoch FROM now() - pg_postmaster_start_time()) AS uptime,
                pg_database_size(current_database()) AS size, pg_is_in_recovery() AS in_recovery, current_setting('max_connections')::int AS most`,
      )
      return {
        ...covering(null),
        database,
        version: text(row?.version),
        started_at: time(row?.started) ?? '',
        uptime_seconds: Math.round(number(row?.uptime)),
        size_bytes: number(row?.size),
        in_recovery: row?.in_recovery === true,
        max_connections: number(row?.most),
      }
    },
    summarise: ({ version, uptime_seconds, size_bytes }) =>
      `PostgreSQL ${version}, up for ${Math.round(uptime_seconds / 60)} min, ${Math.round(size_bytes / 1_048_576)} MiB.`,
  })
}

/** `get_database_stats`: what the database has counted since its statistics were reset. */
export function getDatabaseStats(databases: readonly DatabaseClient[]) {
  return databaseTool(databases, {
    name: 'get_database_stats',
    description: "The database's counters since they were reset: commits, rollbacks, deadlocks, cache hits, temporary files, conflicts.",
    parameters: {},
    result: DatabaseStatsResult,
    async look(look, _args, database) {
      const [row] = await look.query(
        `SELECT coalesce(stats_reset, pg_postmaster_start_time()) AS since, extract(epoch FROM now() - coalesce(stats_reset, pg_postmaster_start_time())) AS age, xact_commit, xact_rollback,
                deadlocks, blks_hit::float8 / nullif(blks_hit + blks_read, 0) AS hits, temp_bytes, conflicts, pg_database_size(datid) AS size
           FROM pg_stat_database WHERE datname = current_database()`,
      )
      return {
        ...covering(Math.round(number(row?.age))),
        database,
        since: time(row?.since),
        commits: number(row?.xact_commit),
        rollbacks: number(row?.xact_rollback),
        deadlocks: number(row?.deadlocks),
        cache_hit_ratio: row?.hits === null || row?.hits === undefined ? null : Math.round(Number(row.hits) * 1_000) / 1_000,
        temporary_bytes: number(row?.temp_bytes),
        conflicts: number(row?.conflicts),
        size_bytes: number(row?.size),
      }
    },
    summarise: ({ deadlocks, rollbacks, commits }) =>
      `${deadlocks} deadlocks, ${rollbacks} rollbacks and ${commits} commits since the counters began.`,
  })
}

/** `get_config_parameter`: one setting of the server. */
export function getConfigParameter(databases: readonly DatabaseClient[]) {
  return databaseTool(databases, {
    name: 'get_config_parameter',
    description: 'One setting of the database server: its value, unit, default, where it was set, and whether it waits for a restart.',
    parameters: { name: Type.String({ pattern: '^[a-z][a-z0-9_.]{1,80}$', description: 'e.g. max_connections' }) },
    result: ConfigParameterResult,
    async look(look, { name }, database) {
      if (KEPT.test(name)) throw new LabError(`${name} may hold a secret and is not shown`, { code: 'not_shown', status: 403 })
      const [row] = await look.query('SELECT name, setting, unit, boot_val, source, pending_restart FROM pg_settings WHERE name = $1', [
        name,
      ])
      if (!row) throw new LabError(`The server has no setting ${name}`, { code: 'no_such_parameter', status: 404 })
      return {
        ...covering(null),
        database,
        name: text(row.name),
        value: text(row.setting).slice(0, 300),
        unit: text(row.unit) || null,
        default: row.boot_val === null ? null : text(row.boot_val).slice(0, 300),
        source: text(row.source),
        pending_restart: row.pending_restart === true,
      }
    },
    summarise: ({ name, value, unit, source }) => `${name} is ${value}${unit ? ` (${unit})` : ''}, by ${source}.`,
  })
}

/** `get_replication_status`: replicas and how far they are behind. */
export function getReplicationStatus(databases: readonly DatabaseClient[]) {
  return databaseTool(databases, {
    name: 'get_replication_status',
    description: "The database server's replicas with their lag, its replication slots, and whether it is a replica itself.",
    parameters: {},
    result: ReplicationStatusResult,
    async look(look, _args, database) {
      const [self] = await look.query('SELECT pg_is_in_recovery() AS in_recovery')
      const isReplica = self?.in_recovery === true
      const now = isReplica ? 'pg_last_wal_replay_lsn()' : 'pg_current_wal_lsn()'
      const replicas = await look.query(
        `SELECT application_name, host(client_addr) AS client, state, sync_state, pg_wal_lsn_diff(${now}, replay_lsn) AS lag_bytes, extract(epoch FROM replay_lag) AS lag_seconds
           FROM pg_stat_replication ORDER BY 5 DESC NULLS LAST LIMIT 10`,
      )
      const slots = await look.query(
        `SELECT slot_name, active, pg_wal_lsn_diff(${now}, restart_lsn) AS retained FROM pg_replication_slots ORDER BY 3 DESC NULLS LAST LIMIT 10`,
      )
      const orNull = (value: unknown) => (value === null || value === undefined ? null : Number(value))
      return {
        ...covering(null),
        database,
        in_recovery: isReplica,
        replicas: replicas.map((row) => ({
          application: text(row.application_name),
          client: text(row.client),
          state: text(row.state),
          sync: text(row.sync_state),
          lag_bytes: orNull(row.lag_bytes),
          lag_seconds: seconds(row.lag_seconds),
        })),
        slots: slots.map((row) => ({ name: text(row.slot_name), active: row.active === true, retained_bytes: orNull(row.retained) })),
      }
    },
    summarise: ({ replicas, slots, in_recovery }) =>
      `${in_recovery ? 'A replica itself; ' : ''}${replicas.length} replicas, ${slots.length} slots.`,
  })
}
