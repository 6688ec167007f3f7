import type { AddressInfo } from 'node:net'
import { describeError } from '@oncall-lab/service-kit/errors'
import type { Service } from '@oncall-lab/service-kit/service'
import { buildApp, type InventoryParts } from './app.ts'
import { createCrashReport } from './crash-report.ts'
import { createFaultSwitch } from './faults/fault-switch.ts'
import { createErrorLog } from './logs/error-log.ts'
import { SharedLog } from './logs/shared-log.ts'
import { WorkingMemory } from './memory/working-memory.ts'
import { NO_METRICS } from './metrics.ts'
import type { SchemaState } from './store/migrate.ts'
import { openShopDatabase, type ShopDatabase } from './store/shop-database.ts'
import type { Surroundings } from './surroundings.ts'

/** What one instance of the shop differs in from another. Without `errorLog` it writes the shared log at `logPath`. */
export interface ShopOptions
  extends Pick<InventoryParts, 'registry' | 'metrics' | 'logPath' | 'identity' | 'logLevel'>,
    Partial<Pick<InventoryParts, 'errorLog' | 'log' | 'badges'>> {
  databaseUrl: string
}

/** An instance that does not listen yet; closing the app closes all of it. */
export interface Shop {
  app: Service
  database: ShopDatabase
  surroundings: Surroundings
  memory: WorkingMemory
  /** Writes an error that ends the process to the log. */
  reportCrash: (error: Error) => void
}

/** Puts the parts of one instance together. `NO_METRICS` as metrics builds one that measures nothing. */
export function assembleShop({ databaseUrl, ...options }: ShopOptions): Shop {
  const { metrics, logPath } = options
  const surroundings: Surroundings = {}
  const memory = new WorkingMemory()
  const database = openShopDatabase(databaseUrl, {
    surroundings,
    ...(metrics !== NO_METRICS && { watch: metrics.storage }),
    onRetry: (error) => app.log.warn({ reason: describeError(error) }, 'the database cannot be used yet'),
    onDone: (state) => logSchema(app.log, state),
  })
  metrics.watchDatabase(database)
  const ownLog = createErrorLog({
    log: new SharedLog(logPath),
    instance: () => `127.0.0.1:${(app.server.address() as AddressInfo).port}`, // It listens on TCP.
  })
  const faults = createFaultSwitch({ surroundings, memory })
  const app = buildApp({ badges: false, errorLog: ownLog, ...options, store: database.items, memory, surroundings, faults })
  const reportCrash = createCrashReport(app, ownLog)
  return { app, database, surroundings, memory, reportCrash }
}

function logSchema(log: Service['log'], state: SchemaState): void {
  if (state.kind === 'newer') log.warn(state, 'the database has a newer schema than this release knows; going on, as additions do not hurt')
  else log.info(state, 'the database is ready')
}
