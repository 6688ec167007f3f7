import { query } from '@oncall-lab/postgres-server/query'
import { createTestDatabase } from '@oncall-lab/postgres-server/test-database'

/** A database with the shop's tables and some rows, as the faults find it. */
export interface ShopDatabase extends AsyncDisposable {
  url: string
  /** As the shop. */
  query(text: string): Promise<Record<string, unknown>[]>
  /** Everything that a fault could leave behind. */
  snapshot(): Promise<unknown>
}

/** Creates it on the server of `serverUrl`. */
export async function createShopDatabase(serverUrl: string): Promise<ShopDatabase> {
  const database = await createTestDatabase(serverUrl)
  await query(database.url, SHOP)
  // As the superuser, for whom slots are reserved.
  const admin = new URL(database.url)
  admin.username = 'postgres'
  return {
    url: database.url,
    query: (text) => query(database.url, text),
    snapshot: () => query(admin.href, SNAPSHOT),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  }
}

const SHOP = `
  CREATE TABLE items (
    id text PRIMARY KEY, quantity integer NOT NULL, price float8 NOT NULL DEFAULT 1, manufacturer text NOT NULL DEFAULT 'Granby'
  );
  CREATE TABLE reservations (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, item_id text NOT NULL, quantity integer NOT NULL);
  CREATE INDEX reservations_item_id ON reservations (item_id);
  INSERT INTO items SELECT n, 10 FROM generate_series(1, 50) AS n;
  INSERT INTO reservations (item_id, quantity) SELECT n % 50 + 1, 1 FROM generate_series(1, 1000) AS n;`

/** Autovacuum comes and goes by itself. */
const SNAPSHOT = `
  SELECT
    (SELECT array_agg(indexdef ORDER BY indexdef) FROM pg_indexes WHERE schemaname = 'public') AS indexes,
    (SELECT array_agg(tablename ORDER BY tablename) FROM pg_tables WHERE schemaname = 'public') AS tables,
    (SELECT count(*)::int FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE d.datname = current_database() AND pid <> pg_backend_pid()
      AND pid IN (SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend')) AS locks,
    (SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend') - 1 AS sessions,
    (SELECT count(*)::int FROM items) AS items,
    (SELECT count(*)::int FROM reservations) AS reservations`
