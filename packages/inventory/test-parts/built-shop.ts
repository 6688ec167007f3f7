import { join } from 'node:path'
import { createRegistry } from '@oncall-lab/service-kit/service'
import { onTestFinished } from 'vitest'
import { assembleShop } from '../src/assemble-shop.ts'
import type { FailedRequest } from '../src/logs/error-log.ts'
import { createMetrics, type Metrics } from '../src/metrics.ts'
import { temporaryDirectory } from './temporary-directory.ts'

interface ShopOptions {
  metrics?: Metrics
  /** Gets the lines of the log from `error` on; there is none without it. */
  log?: { write(line: string): unknown }
  badges?: boolean
  /** The test's own, for tests that run side by side. */
  onFinished?: (close: () => Promise<void>) => void
}

/** A shop in this process over the database of `url`, ready; closed with the test. */
export async function buildShop(url: string, { metrics: replaced, log, badges = false, onFinished = onTestFinished }: ShopOptions = {}) {
  const registry = createRegistry()
  const metrics = replaced ?? createMetrics(registry, { service: 'inventory', release: '1.2.3', commit: 'c0ffee' })
  const failures: (FailedRequest & { error: Error })[] = []
  const { app, database, surroundings, memory } = assembleShop({
    registry,
    metrics,
    databaseUrl: url,
    badges,
    errorLog: { record: (error, request) => failures.push({ error, ...request }), recordEnd() {} },
    logPath: join(temporaryDirectory(), 'inventory_common.log'),
    identity: { instance_id: 'this-one', release: '1.2.3', commit: 'c0ffee' },
    logLevel: log ? 'error' : 'silent',
    ...(log && { log }),
  })
  onFinished(() => app.close())
  await database.firstAttempt
  const samples = async (name: string) => (await registry.metrics()).split('\n').filter((line) => line.startsWith(`${name}{`))
  return { app, store: database.items, database, surroundings, memory, failures, samples }
}
