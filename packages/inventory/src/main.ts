import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { loadConfig, Port, processSettings } from '@oncall-lab/service-kit/config'
import { runProcess } from '@oncall-lab/service-kit/run'
import { createRegistry } from '@oncall-lab/service-kit/service'
import { Type } from 'typebox'
import { assembleShop } from './assemble-shop.ts'
import { createMetrics } from './metrics.ts'

const settings = Type.Object({
  ...processSettings,
  /** The `service` label of all metrics. */
  SERVICE: Type.String({ default: 'inventory' }),
  PORT: Type.Integer({ ...Port, default: 8001 }),
  DATABASE_URL: Type.String(),
  /** Holds `inventory_common.log`, which all instances write. */
  LOG_DIR: Type.String({ default: 'logs' }),
  /** Whether items are shown with their badges. */
  BADGES: Type.Enum(['off', 'on'], { default: 'off' }),
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
  const registry = createRegistry()
  const { app, database, reportCrash } = assembleShop({
    registry,
    metrics: createMetrics(registry, { service, release, commit }),
    databaseUrl: config.DATABASE_URL,
    logPath: join(config.LOG_DIR, 'inventory_common.log'),
    identity: { instance_id: config.INSTANCE_ID, release, commit },
    badges: config.BADGES === 'on',
    logLevel: config.LOG_LEVEL,
  })
  process.on('uncaughtExceptionMonitor', reportCrash)
  // Without its database an instance is up all the same, and says what it cannot do.
  await Promise.race([database.firstAttempt, setTimeout(WAIT_FOR_DATABASE_MS, undefined, { ref: false })])
  await app.listen({ host: config.HOST, port: config.PORT })
  return app
}

await runProcess(start, { leash: process.env.LAB_LEASH === 'stdin' })
