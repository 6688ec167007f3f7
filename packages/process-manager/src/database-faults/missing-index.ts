/** The index without which a page of `GET /items` reads all reservations for each item. */
export const INDEX = 'reservations_item_id'
const TABLE = 'reservations'

/** Holds, while the index is missing, the statement that creates it; there in the same transactions in which the index is not. */
export const RECORD = 'reservations_item_id_rebuild'

/** Held by the giver's session; free means that the giver is gone. Any two numbers will do, the same for every giver. */
export const GIVER_LOCK = 7_070_001
/** Held by the session that will create the index; free means that nobody will. */
export const KEEPER_LOCK = 7_070_002

/**
 * No limit on the work, and no look at whether the client lives; a short one on waiting for the table, behind which the shop would wait too, and on doing
 * nothing once the work is done.
 */
export const KEEPER_SETTINGS = { statement_timeout: 0, client_connection_check_interval: 0, lock_timeout: 400, idle_session_timeout: 5_000 }

const RESTORE_STEPS = `
  LOOP
    BEGIN
      -- Somebody may be building it, and may have left an invalid one.
      IF NOT EXISTS (SELECT FROM pg_stat_progress_create_index WHERE relid = to_regclass('${TABLE}')) THEN
        IF EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass('${INDEX}') AND NOT indisvalid) THEN
          DROP INDEX ${INDEX};
        END IF;
        IF to_regclass('${INDEX}') IS NULL THEN
          EXECUTE (SELECT statement FROM ${RECORD});
        END IF;
        DROP TABLE ${RECORD};
        EXIT;
      END IF;
    EXCEPTION WHEN lock_not_available THEN NULL;
    END;
    PERFORM pg_sleep(0.1);
    COMMIT;
  END LOOP;`

/** Creates the index as the record says, unless somebody has, and removes the record. */
export const RESTORE = `DO $$
BEGIN${RESTORE_STEPS}
END $$`

/** Drops the index, waits so long or until the giver is gone, and creates it again. Each COMMIT lets go of all locks and of the snapshot. */
export function dropWaitRestore(seconds: number): string {
  return `DO $$
DECLARE
  until timestamptz := clock_timestamp() + interval '${seconds} seconds';
BEGIN
  CREATE TABLE ${RECORD} AS SELECT pg_get_indexdef(to_regclass('${INDEX}')) AS statement;
  DROP INDEX ${INDEX};
  COMMIT;
  WHILE clock_timestamp() < until AND NOT pg_try_advisory_lock(${GIVER_LOCK}) LOOP
    PERFORM pg_sleep(0.2);
    COMMIT;
  END LOOP;${RESTORE_STEPS}
END $$`
}
