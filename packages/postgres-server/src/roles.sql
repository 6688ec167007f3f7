CREATE ROLE shop LOGIN;

CREATE DATABASE shop OWNER shop;

DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'oncall') THEN CREATE ROLE oncall LOGIN CONNECTION LIMIT 3; END IF; END $$;

GRANT pg_monitor, pg_use_reserved_connections TO oncall;

ALTER ROLE oncall SET default_transaction_read_only = on;

ALTER ROLE oncall SET statement_timeout = '5s';

DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'inventory') THEN CREATE ROLE inventory LOGIN IN ROLE shop; END IF; END $$;

ALTER ROLE inventory SET role = 'shop';

CREATE OR REPLACE FUNCTION set_inventory_password(new_password text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF length(new_password) < 20 THEN
    RAISE EXCEPTION 'a password of the instances has at least 20 characters' USING ERRCODE = '22023';
  END IF;
  EXECUTE format('ALTER ROLE inventory PASSWORD %L', new_password);
END $$;

REVOKE ALL ON FUNCTION set_inventory_password(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION set_inventory_password(text) TO shop;

CREATE TABLE IF NOT EXISTS oncall_deeds (
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  pid integer NOT NULL, began text NOT NULL, deed text NOT NULL, role text NOT NULL, application text NOT NULL
);

-- Ends one session, or its statement, for the agent. Temporary tables come last in the path: the caller could name one as a view of the server.
CREATE OR REPLACE FUNCTION oncall_end(target integer, began text, deed text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  it record;
  newest timestamptz;
  done boolean;
BEGIN
  IF deed NOT IN ('terminate_session', 'cancel_query') THEN
    RAISE EXCEPTION 'policy: % is nothing that is done here', deed USING ERRCODE = '42501';
  END IF;
  PERFORM pg_advisory_xact_lock(7070003);
  SELECT a.pid, a.usename, a.application_name, a.state, a.backend_type, r.rolsuper INTO it
    FROM pg_stat_activity a LEFT JOIN pg_roles r ON r.oid = a.usesysid WHERE a.pid = target AND a.backend_start::text = began;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'policy: there is no session % that began at %', target, began USING ERRCODE = '42704';
  END IF;
  IF it.backend_type <> 'client backend' THEN
    RAISE EXCEPTION 'policy: % is a process of the server (%)', target, it.backend_type USING ERRCODE = '42501';
  END IF;
  IF it.usename = 'inventory' OR it.application_name ILIKE 'inventory%' THEN
    RAISE EXCEPTION 'policy: % belongs to the pool of the shop', target USING ERRCODE = '42501';
  END IF;
  IF it.rolsuper OR it.usename = 'oncall' THEN
    RAISE EXCEPTION 'policy: sessions of % are not ended', it.usename USING ERRCODE = '42501';
  END IF;
  IF deed = 'cancel_query' AND it.state <> 'active' THEN
    RAISE EXCEPTION 'policy: session % runs no statement', target USING ERRCODE = '55000';
  END IF;
  SELECT max(at) INTO newest FROM public.oncall_deeds;
  IF newest > clock_timestamp() - interval '10 seconds' THEN
    RAISE EXCEPTION 'policy: one session at a time; the last one was ended less than 10 s ago' USING ERRCODE = '42501';
  END IF;
  INSERT INTO public.oncall_deeds (pid, began, deed, role, application) VALUES (target, began, deed, it.usename, it.application_name);
  IF deed = 'cancel_query' THEN done := pg_cancel_backend(target); ELSE done := pg_terminate_backend(target); END IF;
  RETURN CASE WHEN done THEN 'done' ELSE 'the server sent no signal' END;
END $$;

REVOKE ALL ON FUNCTION oncall_end(integer, text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION oncall_end(integer, text, text) TO oncall;

-- CREATE INDEX CONCURRENTLY runs in no function; it is sent over a connection to the other database, as that database's owner. Nobody else may use this schema.
CREATE SCHEMA IF NOT EXISTS oncall_private;

CREATE EXTENSION IF NOT EXISTS dblink SCHEMA oncall_private;

CREATE TABLE IF NOT EXISTS oncall_builds (
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  database text NOT NULL, index_name text NOT NULL, deed text NOT NULL, said text NOT NULL
);

-- Builds an index that the schema of the database declares (table oncall.declared_indexes there) and that is missing or invalid, or drops one that it built within
-- the last hour; both without locking anybody out. Answers 'done', or 'failed: …' when the server did not get through with it.
CREATE OR REPLACE FUNCTION oncall_index(database text, index_name text, deed text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  owner text;
  place text;
  it record;
  said text := 'done';
BEGIN
  IF deed NOT IN ('create_index', 'drop_index') THEN
    RAISE EXCEPTION 'policy: % is nothing that is done here', deed USING ERRCODE = '42501';
  END IF;
  IF index_name !~ '^[a-z_][a-z0-9_]{0,62}$' OR database !~ '^[A-Za-z_][A-Za-z0-9_]{0,62}$' THEN
    RAISE EXCEPTION 'policy: this is no name of a database and an index' USING ERRCODE = '42602';
  END IF;
  IF NOT pg_try_advisory_xact_lock(7070004, hashtext(database)) THEN
    RAISE EXCEPTION 'policy: one index at a time; another one is being built or dropped' USING ERRCODE = '55006';
  END IF;
  SELECT r.rolname INTO owner FROM pg_database d JOIN pg_roles r ON r.oid = d.datdba
    WHERE d.datname = database AND d.datallowconn AND NOT d.datistemplate AND NOT r.rolsuper AND r.rolname ~ '^[A-Za-z_][A-Za-z0-9_]{0,62}$';
  IF owner IS NULL THEN
    RAISE EXCEPTION 'policy: % is no database of a service', database USING ERRCODE = '42501';
  END IF;
  -- The shop's statements end after 5 s, so nobody who is well is waited for longer than 10.
  place := format('host=127.0.0.1 port=%s dbname=%s user=%s application_name=on-call-agent connect_timeout=5 options=''-c lock_timeout=10s -c statement_timeout=60s''',
    current_setting('port'), database, owner);
  SELECT * INTO it FROM oncall_private.dblink(place, format($look$
    SELECT d.on_table, d.columns, t.oid IS NOT NULL, c.oid IS NOT NULL, i.indisvalid, coalesce(pg_catalog.pg_table_size(t.oid), 0)
      FROM oncall.declared_indexes d
      LEFT JOIN pg_catalog.pg_class t ON t.relnamespace = 'public'::regnamespace AND t.relname = d.on_table AND t.relkind = 'r'
      LEFT JOIN pg_catalog.pg_class c ON c.relnamespace = 'public'::regnamespace AND c.relname = d.name
      LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid AND i.indrelid = t.oid
      WHERE d.name = %L $look$, index_name))
    AS d(on_table text, columns text[], has_table boolean, is_there boolean, is_valid boolean, size bigint);
  IF it.on_table IS NULL THEN
    RAISE EXCEPTION 'policy: the schema of % declares no index %', database, index_name USING ERRCODE = '42704';
  END IF;
  IF deed = 'create_index' THEN
    IF NOT it.has_table OR (it.is_there AND it.is_valid IS DISTINCT FROM false) THEN
      RAISE EXCEPTION 'policy: % is not missing on %', index_name, it.on_table USING ERRCODE = '42710';
    END IF;
    IF it.size > 1073741824 THEN
      RAISE EXCEPTION 'policy: % is larger than 1 GB', it.on_table USING ERRCODE = '42501';
    END IF;
    IF (SELECT count(*) FROM public.oncall_builds b WHERE b.database = oncall_index.database AND b.deed = 'create_index'
        AND b.at > clock_timestamp() - interval '1 hour') >= 6 THEN
      RAISE EXCEPTION 'policy: 6 indexes were built within the last hour' USING ERRCODE = '42501';
    END IF;
  ELSIF NOT it.is_there OR NOT EXISTS (SELECT FROM public.oncall_builds b WHERE b.database = oncall_index.database
      AND b.index_name = oncall_index.index_name AND b.deed = 'create_index' AND b.at > clock_timestamp() - interval '1 hour') THEN
    RAISE EXCEPTION 'policy: % was not built here within the last hour', index_name USING ERRCODE = '42501';
  END IF;
  BEGIN
    IF deed = 'drop_index' OR it.is_there THEN
      PERFORM oncall_private.dblink_exec(place, format('DROP INDEX CONCURRENTLY public.%I', index_name));
    END IF;
    IF deed = 'create_index' THEN
      PERFORM oncall_private.dblink_exec(place, format('CREATE INDEX CONCURRENTLY %I ON public.%I (%s)', index_name, it.on_table,
        (SELECT string_agg(quote_ident(name), ', ' ORDER BY n) FROM unnest(it.columns) WITH ORDINALITY AS c (name, n))));
    END IF;
  EXCEPTION WHEN OTHERS OR query_canceled THEN
    said := 'failed: ' || SQLERRM;
    -- What a build leaves that did not get through is invalid: nobody reads it, and everybody who writes keeps it up.
    IF deed = 'create_index' THEN
      BEGIN
        PERFORM oncall_private.dblink_exec(place, format('DROP INDEX CONCURRENTLY IF EXISTS public.%I', index_name));
      EXCEPTION WHEN OTHERS OR query_canceled THEN
        said := said || '; an invalid index may be left (' || SQLERRM || ')';
      END;
    END IF;
  END;
  INSERT INTO public.oncall_builds (database, index_name, deed, said) VALUES (database, index_name, deed, said);
  RETURN said;
END $$;

REVOKE ALL ON FUNCTION oncall_index(text, text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION oncall_index(text, text, text) TO oncall;
