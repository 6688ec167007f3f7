import type { Surroundings } from '../surroundings.ts'
import { DatabaseProbe } from './database-probe.ts'
import { checkDatabaseUrl } from './database-url.ts'
import type { ItemStore } from './item-store.ts'
import type { SchemaState } from './migrate.ts'
import { PostgresItemStore } from './postgres-item-store.ts'
import { type PoolLoad, PostgresPool } from './postgres-pool.ts'
import { Schema } from './schema.ts'
import { NO_STORAGE_WATCH, type StorageWatch } from './storage-watch.ts'

/**
 * Ten instances with 4 connections each and one more for the probe take 50 of the server's 60 slots. An instance runs on one core, which four
 * statements at once keep busy. Who waits longer than 2 s for a connection or a lock is told so, and whose statement takes longer than 5 s, before
 * the load balancer gives up (10 s). A connection lives for 30 s, so that an instance that can get no new ones is noticed soon.
 */
const SHOP = { connections: 4, acquireMs: 2_000, statementMs: 5_000, lockMs: 2_000, lifetimeSeconds: 30 }

/** What the shop has of its database. */
export interface ShopDatabase {
  /** Disposing it closes everything here. */
  items: ItemStore
  /** Of the pool of the shop's calls. */
  load(): PoolLoad
  /** Whether the server answered the last probe. */
  isUp(): boolean
  /** Settles when the schema was tried for the first time, whatever came of it. */
  firstAttempt: Promise<void>
}

interface DatabaseParts {
  surroundings: Surroundings
  watch?: StorageWatch
  onRetry?: (error: unknown) => void
  onDone?: (state: SchemaState) => void
}

/**
 * Opens the shop's database, which need not be there yet: it is connected to when needed, and its tables are made as soon as it answers.
 * @throws ConfigError for an address that is none.
 */
export function openShopDatabase(url: string, { surroundings, watch = NO_STORAGE_WATCH, onRetry, onDone }: DatabaseParts): ShopDatabase {
  checkDatabaseUrl(url)
  const pool = new PostgresPool(url, { limits: SHOP, surroundings, watch })
  const probe = new DatabaseProbe(url)
  const schema = new Schema(url, { onRetry: onRetry ?? (() => undefined), onDone: onDone ?? (() => undefined) })
  return {
    items: new PostgresItemStore({ pool, probe, schema, watch }),
    load: () => pool.load,
    isUp: () => probe.isUp,
    firstAttempt: schema.firstAttempt,
  }
}
