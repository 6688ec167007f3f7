import type { Connection } from './postgres-pool.ts'

/**
 * Lets the on-call agent set one row aside that ends whoever reads it. A row leaves its table only in the statement that puts all of it into `oncall.quarantined_rows`, and only when it would come back
 * from there bit by bit; it goes back by `oncall.return_row`. Nothing here is deleted.
 */
export async function createRowQuarantine(connection: Connection): Promise<void> {
  const statement = { name: 'has-oncall-schema', text: "SELECT to_regnamespace('oncall') IS NOT NULL AS there" }
  const [row] = await connection.query<{ there: boolean }>(statement)
  if (!row?.there) return
  for (const step of [TABLES, FIND_ROW, QUARANTINE_ROW, RETURN_ROW, RIGHTS]) await connection.run(step)
}

/** `read_by` is the route that reads the row of a key; the key is its table's primary key. */
const TABLES = `
  CREATE TABLE oncall.movable_tables (
    on_table text PRIMARY KEY,
    key_column text NOT NULL,
    read_by text NOT NULL CHECK (read_by ~ '^/[^:]*:[a-z_]+$'),
    most_an_hour integer NOT NULL CHECK (most_an_hour BETWEEN 1 AND 10)
  );
  INSERT INTO oncall.movable_tables VALUES ('items', 'id', '/items/:id', 3);
  CREATE TABLE oncall.quarantined_rows (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    on_table text NOT NULL,
    key text NOT NULL,
    content jsonb NOT NULL,
    why text NOT NULL,
    by_role text NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    returned_at timestamptz
  );
  CREATE UNIQUE INDEX one_at_a_time ON oncall.quarantined_rows (on_table, key) WHERE returned_at IS NULL;
  CREATE FUNCTION oncall.keep_rows() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
  BEGIN
    RAISE EXCEPTION 'a row in quarantine is returned, never deleted' USING ERRCODE = '42501';
  END $$;
  CREATE TRIGGER keep_rows BEFORE DELETE OR TRUNCATE ON oncall.quarantined_rows EXECUTE FUNCTION oncall.keep_rows();`

/** Where the row of a key is, and nothing of what it holds: here, quarantined, absent, or no_key where the column takes no such value. */
const FIND_ROW = `
  CREATE FUNCTION oncall.find_row(wanted_table text, wanted_key text) RETURNS text
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 AS $$
  DECLARE
    listed record;
    is_there boolean;
  BEGIN
    SELECT m.key_column, format_type(a.atttypid, a.atttypmod) AS type INTO listed FROM oncall.movable_tables m
      JOIN pg_class t ON t.relnamespace = 'public'::regnamespace AND t.relname = m.on_table AND t.relkind = 'r'
      JOIN pg_attribute a ON a.attrelid = t.oid AND a.attname = m.key_column AND NOT a.attisdropped
      WHERE m.on_table = wanted_table;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'policy: rows of this table are not set aside' USING ERRCODE = '42501';
    END IF;
    IF EXISTS (SELECT FROM oncall.quarantined_rows q WHERE q.on_table = wanted_table AND q.key = wanted_key AND q.returned_at IS NULL) THEN
      RETURN 'quarantined';
    END IF;
    BEGIN
      EXECUTE format('SELECT EXISTS (SELECT FROM ONLY public.%I AS it WHERE it.%I = $1::%s AND it.%2$I::text = $1)', wanted_table, listed.key_column, listed.type)
        INTO is_there USING wanted_key;
    EXCEPTION WHEN data_exception THEN
      RETURN 'no_key';
    END;
    RETURN CASE WHEN is_there THEN 'here' ELSE 'absent' END;
  END $$;`

/** Refuses wherever more than this one row would change, or it would not come back as it was. */
const QUARANTINE_ROW = `
  CREATE FUNCTION oncall.quarantine_row(wanted_table text, wanted_key text, reason text) RETURNS text
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 SET datestyle = 'ISO' AS $$
  DECLARE
    listed record;
    is_exact boolean;
    moved integer;
  BEGIN
    IF NOT pg_try_advisory_xact_lock(7070005) THEN
      RAISE EXCEPTION 'policy: one row at a time; another one is being moved' USING ERRCODE = '55006';
    END IF;
    IF length(reason) NOT BETWEEN 1 AND 600 THEN
      RAISE EXCEPTION 'policy: a reason of at most 600 characters is needed' USING ERRCODE = '22023';
    END IF;
    IF oncall.find_row(wanted_table, wanted_key) <> 'here' THEN
      RAISE EXCEPTION 'policy: % has no such row', wanted_table USING ERRCODE = '02000';
    END IF;
    SELECT t.oid, m.key_column, m.most_an_hour, format_type(a.atttypid, a.atttypmod) AS type,
        EXISTS (SELECT FROM pg_index i WHERE i.indrelid = t.oid AND i.indisprimary AND i.indnkeyatts = 1 AND i.indkey[0] = a.attnum) AS is_key,
        EXISTS (SELECT FROM pg_constraint c WHERE c.contype = 'f' AND c.confrelid = t.oid AND c.confdeltype IN ('c', 'n', 'd')) AS takes_others,
        t.relhasrules OR t.relhassubclass OR EXISTS (SELECT FROM pg_trigger g WHERE g.tgrelid = t.oid AND NOT g.tgisinternal AND g.tgtype & 8 <> 0) AS does_more,
        (SELECT count(*) FROM oncall.quarantined_rows q WHERE q.on_table = m.on_table AND q.at > clock_timestamp() - interval '1 hour') AS lately
      INTO listed FROM oncall.movable_tables m
      JOIN pg_class t ON t.relnamespace = 'public'::regnamespace AND t.relname = m.on_table AND t.relkind = 'r'
      JOIN pg_attribute a ON a.attrelid = t.oid AND a.attname = m.key_column
      WHERE m.on_table = wanted_table;
    IF NOT listed.is_key THEN
      RAISE EXCEPTION 'policy: % is not the primary key of %', listed.key_column, wanted_table USING ERRCODE = '42501';
    END IF;
    IF listed.takes_others OR listed.does_more THEN
      RAISE EXCEPTION 'policy: to take a row out of % changes more than that row', wanted_table USING ERRCODE = '42501';
    END IF;
    IF listed.lately >= listed.most_an_hour THEN
      RAISE EXCEPTION 'policy: % rows of % were set aside within the last hour', listed.lately, wanted_table USING ERRCODE = '42501';
    END IF;
    EXECUTE format('SELECT jsonb_populate_record(NULL::public.%1$I, to_jsonb(it)) *= it FROM ONLY public.%1$I AS it WHERE it.%2$I = $1::%3$s FOR UPDATE',
      wanted_table, listed.key_column, listed.type) INTO is_exact USING wanted_key;
    IF is_exact IS NOT TRUE THEN
      RAISE EXCEPTION 'policy: this row would not come back as it was' USING ERRCODE = '42501';
    END IF;
    EXECUTE format('WITH gone AS (DELETE FROM ONLY public.%1$I AS it WHERE it.%2$I = $1::%3$s RETURNING to_jsonb(it) AS content)
      INSERT INTO oncall.quarantined_rows (on_table, key, content, why, by_role) SELECT $2, $1, gone.content, $3, session_user FROM gone',
      wanted_table, listed.key_column, listed.type) USING wanted_key, wanted_table, reason;
    GET DIAGNOSTICS moved = ROW_COUNT;
    IF moved <> 1 THEN
      RAISE EXCEPTION 'policy: % rows would have moved', moved USING ERRCODE = '42501';
    END IF;
    RETURN 'done';
  END $$;`

/** Generated columns are made anew. A row that has its key now, or another unique value of it, keeps it out. */
const RETURN_ROW = `
  CREATE FUNCTION oncall.return_row(wanted_table text, wanted_key text) RETURNS text
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  DECLARE
    kept record;
    names text;
  BEGIN
    IF NOT pg_try_advisory_xact_lock(7070005) THEN
      RAISE EXCEPTION 'policy: one row at a time; another one is being moved' USING ERRCODE = '55006';
    END IF;
    SELECT q.number, q.content INTO kept FROM oncall.quarantined_rows q
      WHERE q.on_table = wanted_table AND q.key = wanted_key AND q.returned_at IS NULL FOR UPDATE;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'policy: this row is not in quarantine' USING ERRCODE = '02000';
    END IF;
    SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) INTO names FROM pg_attribute a
      JOIN pg_class t ON t.oid = a.attrelid AND t.relnamespace = 'public'::regnamespace AND t.relname = wanted_table
      WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '';
    BEGIN
      EXECUTE format('INSERT INTO public.%1$I (%2$s) OVERRIDING SYSTEM VALUE SELECT %2$s FROM jsonb_populate_record(NULL::public.%1$I, $1)', wanted_table, names)
        USING kept.content;
    EXCEPTION WHEN unique_violation THEN
      RAISE EXCEPTION 'policy: another row has its place in % now', wanted_table USING ERRCODE = '23505';
    END;
    UPDATE oncall.quarantined_rows SET returned_at = clock_timestamp() WHERE number = kept.number;
    RETURN 'done';
  END $$;`

/** The agent may call the three and read who moved what; of the rows' content it sees nothing. */
const RIGHTS = `
  GRANT SELECT ON oncall.movable_tables TO PUBLIC;
  REVOKE ALL ON FUNCTION oncall.find_row(text, text), oncall.quarantine_row(text, text, text), oncall.return_row(text, text) FROM PUBLIC;
  DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'oncall') THEN
      GRANT EXECUTE ON FUNCTION oncall.find_row(text, text), oncall.quarantine_row(text, text, text), oncall.return_row(text, text) TO oncall;
      GRANT SELECT (number, on_table, key, why, by_role, at, returned_at) ON oncall.quarantined_rows TO oncall;
    END IF;
  END $$;`
