import { setTimeout } from 'node:timers/promises'
import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import { waitForStorage } from './request-phases.ts'
import { KNOWN_CODES } from './store/database-errors.ts'
import type { PoolLoad } from './store/postgres-pool.ts'
import type { StorageWatch } from './store/storage-watch.ts'

/** What the metrics show of the database. */
export interface WatchedDatabase {
  load(): PoolLoad
  isUp(): boolean
  items: { count(): Promise<number> }
}

/** Less than any scrape may take. */
const COUNTS_WITHIN_MS = 300

const BUCKETS_SECONDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]

/** Registers the metrics of the database and of the pool; `service` is a label of every series. `watch` begins to show a database's state. */
export function addDatabaseMetrics(registry: Registry, service: string): { storage: StorageWatch; watch(database: WatchedDatabase): void } {
  const registers = [registry]
  const acquire = new Histogram({
    name: 'db_pool_acquire_seconds',
    help: 'How long a storage call waits for a connection of the pool, with or without success.',
    labelNames: ['service'],
    buckets: BUCKETS_SECONDS,
    registers,
  })
  const errors = new Counter({
    name: 'db_errors_total',
    help: "Failed storage calls and lost idle connections, by SQLSTATE, Node's code or the pool's.",
    labelNames: ['service', 'code'],
    registers,
  })
  const reservations = new Counter({
    name: 'shop_reservations_total',
    help: 'Reservations that were made, each of which took pieces out of stock, whether or not the customer heard of it.',
    labelNames: ['service'],
    registers,
  })
  acquire.zero({ service })
  reservations.inc({ service }, 0)
  for (const code of KNOWN_CODES) errors.inc({ service, code }, 0)
  return {
    storage: {
      acquired: (seconds) => acquire.observe({ service }, seconds),
      failed: (code) => errors.inc({ service, code }),
      reserved: () => reservations.inc({ service }),
      wait: waitForStorage,
    },
    watch(database) {
      addPoolGauges(registry, service, database)
      addStateGauges(registry, service, database)
    },
  }
}

function addPoolGauges(registry: Registry, service: string, { load }: WatchedDatabase): void {
  const gauge = (name: string, help: string, read: (load: PoolLoad) => number) =>
    new Gauge({
      name,
      help,
      labelNames: ['service'],
      registers: [registry],
      collect() {
        this.set({ service }, read(load()))
      },
    })
  gauge('db_pool_connections_max', 'The most connections that the pool opens.', ({ max }) => max)
  gauge('db_pool_connections', 'Connections of the pool, opening ones included.', ({ open }) => open)
  gauge('db_pool_connections_in_use', 'Connections of the pool that a storage call holds or opens.', ({ inUse }) => inUse)
  gauge('db_pool_waiting_requests', 'Storage calls that wait for a connection of the pool.', ({ waiting }) => waiting)
}

function addStateGauges(registry: Registry, service: string, { isUp, items }: WatchedDatabase): void {
  new Gauge({
    name: 'db_up',
    help: 'Whether the database answered the last probe, which has a connection of its own (1) or not (0).',
    labelNames: ['service'],
    registers: [registry],
    collect() {
      this.set({ service }, isUp() ? 1 : 0)
    },
  })
  new Gauge({
    name: 'inventory_items',
    help: 'Items in the store.',
    labelNames: ['service'],
    registers: [registry],
    async collect() {
      this.reset()
      // A scrape must not fail for it, nor wait behind a lock until its time is over; the series is missing then.
      const count = await Promise.race([items.count().catch(() => undefined), setTimeout(COUNTS_WITHIN_MS, undefined, { ref: false })])
      if (count !== undefined) this.set({ service }, count)
    },
  })
}
