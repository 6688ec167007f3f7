/** The schema, one entry for each version; entries are only ever added. What SQLite's has, this has too (`schema.test.ts`). */
export const MIGRATIONS = [
  `
  CREATE TABLE incidents (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id text NOT NULL UNIQUE,
    status text NOT NULL,
    severity text NOT NULL,
    service text NOT NULL,
    opened_at text COLLATE "C" NOT NULL,
    diagnosed_at text COLLATE "C",
    resolved_at text COLLATE "C",
    diagnosis json,
    ticket json,
    investigating integer NOT NULL,
    alertnames text NOT NULL DEFAULT '[]',
    acknowledged_at text COLLATE "C",
    acknowledged_by text,
    phase text -- the last one that was reached
  );
  CREATE INDEX incidents_investigating ON incidents (number) WHERE investigating = 1;
  CREATE INDEX incidents_open ON incidents (service, number) WHERE resolved_at IS NULL;
  CREATE INDEX incidents_opened ON incidents (opened_at);

  CREATE TABLE episodes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    incident_id text REFERENCES incidents (id), -- null: its resolve came before its firing
    alertname text NOT NULL,
    severity text NOT NULL,
    summary text NOT NULL,
    labels text NOT NULL,
    fingerprint text NOT NULL,
    starts_at text COLLATE "C" NOT NULL,
    received_at text COLLATE "C" NOT NULL,
    ends_at text COLLATE "C",
    service text NOT NULL DEFAULT '',
    source text NOT NULL DEFAULT '',
    annotations text NOT NULL DEFAULT '{}',
    generator_url text,
    closed_at text COLLATE "C", -- when its end was stored, by our clock
    last_seen_at text COLLATE "C" NOT NULL DEFAULT '', -- its newest firing webhook, by our clock
    held integer NOT NULL DEFAULT 0, -- 1: its source was seen to hold it
    confirmed integer NOT NULL DEFAULT 1 -- 0: its source may have forgotten it
  );
  CREATE INDEX episodes_alert ON episodes (fingerprint, service, id);
  CREATE INDEX episodes_incident ON episodes (incident_id);
  CREATE INDEX episodes_open ON episodes (incident_id, confirmed) WHERE closed_at IS NULL;

  CREATE TABLE events (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    incident_id text NOT NULL REFERENCES incidents (id),
    at text COLLATE "C" NOT NULL,
    event json NOT NULL
  );
  CREATE INDEX events_incident ON events (incident_id, id);

  CREATE TABLE transcript (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    incident_id text NOT NULL REFERENCES incidents (id),
    message json NOT NULL
  );
  CREATE INDEX transcript_incident ON transcript (incident_id, id);

  CREATE TABLE messages (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    incident_id text REFERENCES incidents (id),
    direction text NOT NULL,
    person text NOT NULL,
    body text NOT NULL,
    state text NOT NULL, -- in: received, begun, answered; out: OutboxState
    attempts integer NOT NULL DEFAULT 0,
    vendor_id text UNIQUE,
    created_at text COLLATE "C" NOT NULL,
    kind text NOT NULL DEFAULT 'message',
    key text UNIQUE, -- at most one message for each
    next_attempt_at text COLLATE "C",
    claimed_until text COLLATE "C",
    claimed_by text -- which process has it
  );
  CREATE INDEX messages_person ON messages (person, id);
  CREATE INDEX messages_unanswered ON messages (id) WHERE state IN ('received', 'begun');
  CREATE INDEX messages_unsettled ON messages (person, incident_id, id) WHERE state IN ('pending', 'sending', 'unknown');
  CREATE INDEX messages_due ON messages (greatest(next_attempt_at, coalesce(claimed_until, '')), id)
    WHERE state IN ('pending', 'sending', 'unknown');
  CREATE INDEX messages_pages ON messages (incident_id) WHERE direction = 'out' AND kind = 'page';
  CREATE INDEX messages_unreached ON messages (incident_id) -- pages that were tried, and reached nobody yet
    WHERE direction = 'out' AND kind = 'page' AND state NOT IN ('accepted', 'delivered') AND (attempts > 0 OR state = 'failed');

  CREATE TABLE actions (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    incident_id text NOT NULL REFERENCES incidents (id),
    service text NOT NULL,
    status text NOT NULL,
    action text NOT NULL -- the whole record as JSON, as the API has it, and what the API keeps to itself
  );
  CREATE INDEX actions_incident ON actions (incident_id);
  CREATE INDEX actions_service ON actions (service, number);
  CREATE INDEX actions_open ON actions (status) WHERE status IN ('proposed', 'approved', 'started');
  CREATE UNIQUE INDEX actions_in_flight ON actions (service) WHERE status IN ('approved', 'started');

  CREATE TABLE heartbeats (name text PRIMARY KEY, last_at text COLLATE "C" NOT NULL);

  CREATE TABLE members (id text PRIMARY KEY, alive_until timestamptz NOT NULL); -- the processes that share this database
  CREATE TABLE holds (work text PRIMARY KEY, holder text NOT NULL); -- which of them has which work
  `,
  `
  CREATE TABLE inquiries (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id text NOT NULL UNIQUE,
    status text NOT NULL,
    document text NOT NULL -- the whole inquiry as JSON, as the API has it
  );
  CREATE INDEX inquiries_running ON inquiries (number) WHERE status = 'running';
  `,
  `
  CREATE TABLE audit (
    n bigint PRIMARY KEY,
    at text NOT NULL,
    tbl text NOT NULL,
    key text NOT NULL,
    digest text NOT NULL, -- of the row after its change; empty: it was removed
    hash text NOT NULL -- of the entry and the hash before
  );
  `,
  `
  ALTER TABLE messages ADD COLUMN read_at text COLLATE "C"; -- when the person opened it, as far as a vendor tells
  `,
  `
  CREATE TABLE cursors (name text PRIMARY KEY, event_id bigint NOT NULL); -- how far somebody has read the events
  `,
  // Nothing changes but the record (audit/entry.ts): an entry holds several rows now, which an older program would take for tampering.
  'SELECT 1',
  // One index by the incident instead of two: an alert of a storm changes another page in each of them.
  `
  DROP INDEX episodes_incident;
  DROP INDEX episodes_open;
  CREATE INDEX episodes_incident ON episodes (incident_id, closed_at, confirmed);
  CREATE INDEX episodes_open ON episodes (id) WHERE closed_at IS NULL;
  `,
]
