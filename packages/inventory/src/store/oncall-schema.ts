import type { Connection } from './postgres-pool.ts'

/**
 * The schema `oncall` of the shop's database: what its owner lets the on-call agent do here, and what that rests on. It changes nothing of the shop. A role that may make
 * tables but no schema goes without it.
 */
export async function createOncallSchema(connection: Connection): Promise<void> {
  const statement = { name: 'may-create-schema', text: "SELECT has_database_privilege(current_database(), 'CREATE') AS may" }
  const [row] = await connection.query<{ may: boolean }>(statement)
  if (row?.may) await connection.run(DECLARED_INDEXES)
}

/** The indexes that the steps of the schema make and that no constraint has: where one is missing, it may be built again as it stands here. */
const DECLARED_INDEXES = `
  CREATE SCHEMA oncall;
  GRANT USAGE ON SCHEMA oncall TO PUBLIC;
  CREATE TABLE oncall.declared_indexes (
    name text PRIMARY KEY,
    on_table text NOT NULL,
    columns text[] NOT NULL CHECK (cardinality(columns) BETWEEN 1 AND 32)
  );
  GRANT SELECT ON oncall.declared_indexes TO PUBLIC;
  INSERT INTO oncall.declared_indexes VALUES ('reservations_item_id', 'reservations', '{item_id}');`
