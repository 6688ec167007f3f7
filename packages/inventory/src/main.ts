import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { loadConfig, Port, processSettings } from '@oncall-lab/service-kit/config'
import { runProcess } from '@oncall-lab/service-kit/run'
import { createRegistry } from '@oncall-lab/service-kit/service'
import { Type } from 'typebox'
import { buildApp } from './app.ts'
import { createFaultSwitch } from './faults/fault-switch.ts'
import { createErrorLog } from './logs/error-log.ts'
import { SharedLog } from './logs/shared-log.ts'
import { createMetrics } from './metrics.ts'
import { openItemStore } from './store/open-item-store.ts'
import type { Surroundings } from './surroundings.ts'

const settings = Type.Object({
  ...processSettings,
  /** The `service` label of all metrics. */
  SERVICE: Type.String({ default: 'inventory' }),
  PORT: Type.Integer({ ...Port, default: 8001 }),
  DATABASE_URL: Type.String({ default: 'file:./data/items.db' }),
  /** Holds `inventory_common.log`, which all instances write. */
  LOG_DIR: Type.String({ default: 'logs' }),
})

async function start() {
  const config = loadConfig(settings, process.env)
  const logPath = join(config.LOG_DIR, 'inventory_common.log')
  const surroundings: Surroundings = {}
  const registry = createRegistry()
  const store = await openItemStore(config.DATABASE_URL, surroundings)
  const app = buildApp({
    registry,
    metrics: createMetrics(registry, { service: config.SERVICE, countItems: () => store.count() }),
    store,
    surroundings,
    faults: createFaultSwitch(surroundings),
    errorLog: createErrorLog({
      log: new SharedLog(logPath),
      instance: () => `127.0.0.1:${(app.server.address() as AddressInfo).port}`, // It listens on TCP, see below.
    }),
    logPath,
    logLevel: config.LOG_LEVEL,
  })
  await app.listen({ host: config.HOST, port: config.PORT })
  return app
}

await runProcess(start, { leash: process.env.LAB_LEASH === 'stdin' })
