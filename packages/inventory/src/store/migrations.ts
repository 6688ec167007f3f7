import { createCatalogue } from './catalogue.ts'
import { createOncallSchema } from './oncall-schema.ts'
import type { Connection } from './postgres-pool.ts'
import { createRowQuarantine } from './row-quarantine.ts'

/** One step of the schema; a step that has been released is never changed. */
export interface Migration {
  /** 1, 2, 3 and so on. */
  version: number
  name: string
  run(connection: Connection): Promise<void>
}

/** How many reservations a new shop has, spread over its items and over the last 24 hours. A page without the index reads all of them for each item. */
const RESERVATIONS = 50_000

/** All steps in their order. */
export const MIGRATIONS: readonly Migration[] = [
  { version: 1, name: 'items and reservations', run: createTables },
  { version: 2, name: 'the catalogue', run: insertCatalogue },
  { version: 3, name: 'the reservations of the last day', run: insertReservations },
  { version: 4, name: 'the indexes that are expected', run: createOncallSchema },
  { version: 5, name: 'a quarantine for rows', run: createRowQuarantine },
]

/** Ids are compared byte by byte, whatever the database's language is. A reservation outlives its item. */
async function createTables(connection: Connection): Promise<void> {
  await connection.run(`
    CREATE TABLE items (
      id text COLLATE "C" PRIMARY KEY,
      number bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
      name text NOT NULL,
      price double precision NOT NULL,
      manufacturer text NOT NULL,
      quantity integer NOT NULL CHECK (quantity >= 0)
    );
    CREATE TABLE reservations (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      item_id text COLLATE "C" NOT NULL,
      quantity integer NOT NULL CHECK (quantity > 0),
      created_at timestamptz NOT NULL DEFAULT now()
    );
    CREATE INDEX reservations_item_id ON reservations (item_id);`)
}

async function insertCatalogue(connection: Connection): Promise<void> {
  const items = [...createCatalogue()]
  const statement = {
    name: 'insert-catalogue',
    text: `INSERT INTO items (id, name, price, manufacturer, quantity)
      SELECT * FROM unnest($1::text[], $2::text[], $3::float8[], $4::text[], $5::int[]) ON CONFLICT (id) DO NOTHING`,
  }
  const column = <K extends keyof (typeof items)[number]>(key: K) => items.map((item) => item[key])
  await connection.query(statement, [column('id'), column('name'), column('price'), column('manufacturer'), column('quantity')])
}

/** 7,919 is prime: neighbours in time are of different items. */
async function insertReservations(connection: Connection): Promise<void> {
  await connection.run(`
    INSERT INTO reservations (item_id, quantity, created_at)
      SELECT (1 + n::bigint * 7919 % 5000)::text, 1 + n % 3, now() - n * interval '24 hours' / ${RESERVATIONS}
      FROM generate_series(0, ${RESERVATIONS - 1}) AS n`)
  await connection.run('ANALYZE items')
  await connection.run('ANALYZE reservations')
}
