import { join } from 'node:path'
import { createRegistry } from '@oncall-lab/service-kit/service'
import { Registry } from 'prom-client'
// An instance without its metrics is no part of the lab, so inventory exports nothing for it; this file alone reaches inside.
import { assembleShop } from '../../../packages/inventory/src/assemble-shop.ts'
import { createMetrics, NO_METRICS } from '../../../packages/inventory/src/metrics.ts'

// One instance as its main.ts puts it together, or the same without metrics. Arguments: `metrics` or `none`, port, database, directory for logs.

const [kind = '', port = '', databaseUrl = '', logs = ''] = process.argv.slice(2)
const isMeasured = kind === 'metrics'
const identity = { instance_id: 'bench', release: 'unknown', commit: 'unknown' }
const registry = isMeasured ? createRegistry() : new Registry()
const metrics = isMeasured ? createMetrics(registry, { service: 'inventory', ...identity }) : NO_METRICS
const { app, database } = assembleShop({
  registry,
  metrics,
  databaseUrl,
  logPath: join(logs, 'inventory_common.log'),
  identity,
  logLevel: 'error',
})
await database.firstAttempt
await app.listen({ host: '127.0.0.1', port: Number(port) })
