import { join } from 'node:path'
import { createRegistry } from '@oncall-lab/service-kit/service'
import { onTestFinished } from 'vitest'
import { buildApp } from '../src/app.ts'
import { createFaultSwitch } from '../src/faults/fault-switch.ts'
import type { FailedRequest } from '../src/logs/error-log.ts'
import { WorkingMemory } from '../src/memory/working-memory.ts'
import { createMetrics, type Metrics } from '../src/metrics.ts'
import { openShopDatabase } from '../src/store/shop-database.ts'
import type { Surroundings } from '../src/surroundings.ts'
import { temporaryDirectory } from './temporary-directory.ts'

interface ShopOptions {
  metrics?: Metrics
  /** The test's own, for tests that run side by side. */
  onFinished?: (close: () => Promise<void>) => void
}

/** A shop in this process over the database of `url`, ready; closed with the test. */
export async function buildShop(url: string, { metrics: replaced, onFinished = onTestFinished }: ShopOptions = {}) {
  const surroundings: Surroundings = {}
  const memory = new WorkingMemory()
  const registry = createRegistry()
  const metrics = replaced ?? createMetrics(registry, { service: 'inventory', release: '1.2.3', commit: 'c0ffee' })
  const database = openShopDatabase(url, { surroundings, watch: metrics.storage })
  metrics.watchDatabase(database)
  const failures: (FailedRequest & { error: Error })[] = []
  const app = buildApp({
    registry,
    metrics,
    store: database.items,
    memory,
    surroundings,
    faults: createFaultSwitch({ surroundings, memory }),
    errorLog: { record: (error, request) => failures.push({ error, ...request }) },
    logPath: join(temporaryDirectory(), 'inventory_common.log'),
    identity: { instance_id: 'this-one', release: '1.2.3', commit: 'c0ffee' },
    logLevel: 'silent',
  })
  onFinished(() => app.close())
  await database.firstAttempt
  const samples = async (name: string) => (await registry.metrics()).split('\n').filter((line) => line.startsWith(`${name}{`))
  return { app, store: database.items, database, surroundings, memory, failures, samples }
}
