import { randomUUID } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { loadConfig, Port, processSettings } from '@oncall-lab/service-kit/config'
import { describeError } from '@oncall-lab/service-kit/errors'
import { runProcess } from '@oncall-lab/service-kit/run'
import { createRegistry, type Service } from '@oncall-lab/service-kit/service'
import { Type } from 'typebox'
import { buildApp } from './app.ts'
import { createFaultSwitch } from './faults/fault-switch.ts'
import { createErrorLog } from './logs/error-log.ts'
import { SharedLog } from './logs/shared-log.ts'
import { WorkingMemory } from './memory/working-memory.ts'
import { createMetrics } from './metrics.ts'
import type { SchemaState } from './store/migrate.ts'
import { openShopDatabase } from './store/shop-database.ts'
import type { Surroundings } from './surroundings.ts'

const settings = Type.Object({
  ...processSettings,
  /** The `service` label of all metrics. */
  SERVICE: Type.String({ default: 'inventory' }),
  PORT: Type.Integer({ ...Port, default: 8001 }),
  DATABASE_URL: Type.String({ default: 'postgres://shop@127.0.0.1:15432/shop' }),
  /** Holds `inventory_common.log`, which all instances write. */
  LOG_DIR: Type.String({ default: 'logs' }),
  /** From the supervisor: which process this is, and which release and commit it runs. */
  INSTANCE_ID: Type.String({ default: randomUUID() }),
  RELEASE: Type.String({ default: 'unknown' }),
  COMMIT: Type.String({ default: 'unknown' }),
})

/** A database that is there is ready by then, the first start with its catalogue included. */
const WAIT_FOR_DATABASE_MS = 5_000

async function start() {
  const config = loadConfig(settings, process.env)
  const { SERVICE: service, RELEASE: release, COMMIT: commit } = config
  const logPath = join(config.LOG_DIR, 'inventory_common.log')
  const surroundings: Surroundings = {}
  const memory = new WorkingMemory()
  const registry = createRegistry()
  const metrics = createMetrics(registry, { service, release, commit })
  const database = openShopDatabase(config.DATABASE_URL, {
    surroundings,
    watch: metrics.storage,
    onRetry: (error) => app.log.warn({ reason: describeError(error) }, 'the database cannot be used yet'),
    onDone: (state) => tellSchema(app.log, state),
  })
  metrics.watchDatabase(database)
  const app = buildApp({
    registry,
    metrics,
    store: database.items,
    memory,
    surroundings,
    faults: createFaultSwitch({ surroundings, memory }),
    errorLog: createErrorLog({
      log: new SharedLog(logPath),
      instance: () => `127.0.0.1:${(app.server.address() as AddressInfo).port}`, // It listens on TCP, see below.
    }),
    logPath,
    identity: { instance_id: config.INSTANCE_ID, release, commit },
    logLevel: config.LOG_LEVEL,
  })
  // Without its database an instance is up all the same, and says what it cannot do.
  await Promise.race([database.firstAttempt, setTimeout(WAIT_FOR_DATABASE_MS, undefined, { ref: false })])
  await app.listen({ host: config.HOST, port: config.PORT })
  return app
}

function tellSchema(log: Service['log'], state: SchemaState): void {
  if (state.kind === 'newer') log.warn(state, 'the database has a newer schema than this release knows; going on, as additions do not hurt')
  else log.info(state, 'the database is ready')
}

await runProcess(start, { leash: process.env.LAB_LEASH === 'stdin' })
