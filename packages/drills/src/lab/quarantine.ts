import { query } from '@oncall-lab/postgres-server/query'
import { shopUrl } from '@oncall-lab/postgres-server/server'
import type { World } from './world.ts'

/** Whoever asked for it meanwhile may have put another row in its place, which gives way. */
const RETURN_ALL = `
  DO $$ DECLARE kept record; BEGIN
    FOR kept IN SELECT on_table, key, key_column FROM oncall.quarantined_rows JOIN oncall.movable_tables USING (on_table) WHERE returned_at IS NULL LOOP
      EXECUTE format('DELETE FROM public.%I WHERE %I::text = $1', kept.on_table, kept.key_column) USING kept.key;
      PERFORM oncall.return_row(kept.on_table, kept.key);
    END LOOP;
  END $$`

/** Returns the rows that were set aside in a lab, as they are there. */
export async function returnRows({ lab }: World): Promise<void> {
  const url = new URL(shopUrl(lab.book.ports.postgres))
  url.username = 'postgres'
  await query(url.href, RETURN_ALL)
}
