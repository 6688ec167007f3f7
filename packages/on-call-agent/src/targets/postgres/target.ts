import type { BundleLayer } from '../../api.ts'
import { defineConnector } from '../../connector.ts'
import type { Target } from '../target.ts'
import { cancelQuery } from './actions/cancel-query.ts'
import { createIndex } from './actions/create-index.ts'
import { quarantineRow } from './actions/quarantine-row.ts'
import { terminateSession } from './actions/terminate-session.ts'
import { checkConnection } from './check-connection.ts'
import { createDatabaseClient } from './client.ts'
import { findRow } from './find-row.ts'
import { getLockInfo } from './get-lock-info.ts'
import { getTableStats } from './get-table-stats.ts'
import { getConfigParameter, getDatabaseInfo, getDatabaseStats, getReplicationStatus } from './server-facts.ts'
import { getActiveConnections, getConnectionStats } from './sessions.ts'
import { chooseDatabases, postgresSettings } from './settings.ts'

const FUNCTIONS = [
  checkConnection,
  getDatabaseInfo,
  getActiveConnections,
  getConnectionStats,
  getLockInfo,
  getDatabaseStats,
  getTableStats,
  findRow,
  getConfigParameter,
  getReplicationStatus,
]

/** What an incident's bundle holds of it. */
const BUNDLED: [layer: BundleLayer, name: string, args?: object][] = [
  ['database', 'check_connection'],
  ['database', 'get_database_info'],
  ['database', 'get_connection_stats'],
  ['database', 'get_active_connections'],
  ['database', 'get_lock_info'],
  ['database', 'get_config_parameter', { name: 'max_connections' }],
  ['database', 'get_replication_status'],
  ['storage', 'get_database_stats'],
  ['storage', 'get_table_stats'],
]

/** The inside of PostgreSQL: its sessions, locks, tables and settings, read with a role of the agent's own. No table's rows are read. */
export const postgres = defineConnector<Target, typeof postgresSettings>({
  id: 'postgres',
  settings: postgresSettings,
  secrets: (config) => chooseDatabases(config).flatMap(({ password }) => password ?? []),
  connect(config) {
    const databases = chooseDatabases(config)
    const about = { id: 'postgres', name: 'PostgreSQL', address: null, variable: 'INFRASTRUCTURE' }
    if (databases.length === 0) return { kind: 'off', about: { ...about, kind: 'off', why: 'no database is configured' } }
    const clients = databases.map((each) => createDatabaseClient(each))
    const port: Target = {
      id: 'postgres',
      sees: `the inside of the database${clients.length > 1 ? `s ${clients.map(({ name }) => name).join(', ')}` : ''} (sessions, locks, tables, settings)`,
      covers: async ({ service }) => clients.some(({ services }) => services.includes(service)),
      firstLook: [],
      functions: FUNCTIONS.map((create) => create(clients)),
      bundled: ({ database }) =>
        BUNDLED.map(([layer, name, args = {}]) => ({ layer, name, call: { name, args: { ...args, ...(database && { database }) } } })),
      actions: [terminateSession(clients), cancelQuery(clients), createIndex(clients), quarantineRow(clients)],
    }
    const detail = databases.map(({ name, host, port: at, database }) => `${name}: ${host}:${at}/${database}`).join(', ')
    return { kind: 'on', port, about: { ...about, kind: 'real', detail } }
  },
})
