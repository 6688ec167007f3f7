import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createRegistry } from '@oncall-lab/service-kit/service'
import { Registry } from 'prom-client'
// An instance without its metrics is no part of the lab, so inventory exports nothing for it; this file alone reaches inside.
import { buildApp } from '../../../packages/inventory/src/app.ts'
import { createFaultSwitch } from '../../../packages/inventory/src/faults/fault-switch.ts'
import { createErrorLog } from '../../../packages/inventory/src/logs/error-log.ts'
import { SharedLog } from '../../../packages/inventory/src/logs/shared-log.ts'
import { WorkingMemory } from '../../../packages/inventory/src/memory/working-memory.ts'
import { createMetrics, NO_METRICS } from '../../../packages/inventory/src/metrics.ts'
import { openShopDatabase } from '../../../packages/inventory/src/store/shop-database.ts'
import type { Surroundings } from '../../../packages/inventory/src/surroundings.ts'

// One instance as its main.ts puts it together, or the same without metrics. Arguments: `metrics` or `none`, port, database, directory for logs.

const [kind = '', port = '', databaseUrl = '', logs = ''] = process.argv.slice(2)
const isMeasured = kind === 'metrics'
const identity = { instance_id: 'bench', release: 'unknown', commit: 'unknown' }
const logPath = join(logs, 'inventory_common.log')
const surroundings: Surroundings = {}
const memory = new WorkingMemory()
const registry = isMeasured ? createRegistry() : new Registry()
const metrics = isMeasured ? createMetrics(registry, { service: 'inventory', ...identity }) : NO_METRICS
const database = openShopDatabase(databaseUrl, { surroundings, ...(isMeasured && { watch: metrics.storage }) })
metrics.watchDatabase(database)
const app = buildApp({
  registry,
  metrics,
  store: database.items,
  memory,
  surroundings,
  faults: createFaultSwitch({ surroundings, memory }),
  errorLog: createErrorLog({ log: new SharedLog(logPath), instance: () => `127.0.0.1:${(app.server.address() as AddressInfo).port}` }),
  logPath,
  identity,
  logLevel: 'error',
})
await database.firstAttempt
await app.listen({ host: '127.0.0.1', port: Number(port) })
