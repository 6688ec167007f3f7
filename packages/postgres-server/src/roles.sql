CREATE ROLE shop LOGIN;
CREATE DATABASE shop OWNER shop;
DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'oncall') THEN CREATE ROLE oncall LOGIN CONNECTION LIMIT 3; END IF; END $$;
GRANT pg_monitor, pg_use_reserved_connections TO oncall;
ALTER ROLE oncall SET default_transaction_read_only = on;
ALTER ROLE oncall SET statement_timeout = '5s';
