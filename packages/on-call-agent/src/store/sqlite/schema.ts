/** The database's schema, one entry for each `PRAGMA user_version`; entries are only ever added. */
export const MIGRATIONS = [
  `
  CREATE TABLE incidents (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL,
    severity TEXT NOT NULL,
    service TEXT NOT NULL,
    opened_at TEXT NOT NULL,
    diagnosed_at TEXT,
    resolved_at TEXT,
    diagnosis TEXT,
    ticket TEXT,
    investigating INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX incidents_investigating ON incidents (number) WHERE investigating = 1;

  CREATE TABLE episodes (
    id INTEGER PRIMARY KEY,
    incident_id TEXT REFERENCES incidents (id), -- null: its resolve came before its firing
    alertname TEXT NOT NULL,
    severity TEXT NOT NULL,
    summary TEXT NOT NULL,
    labels TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    starts_at TEXT NOT NULL,
    received_at TEXT NOT NULL,
    ends_at TEXT
  ) STRICT;
  CREATE INDEX episodes_fingerprint ON episodes (fingerprint);
  CREATE INDEX episodes_incident ON episodes (incident_id);
  CREATE INDEX episodes_open ON episodes (id) WHERE ends_at IS NULL;

  CREATE TABLE events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    incident_id TEXT NOT NULL REFERENCES incidents (id),
    at TEXT NOT NULL,
    event TEXT NOT NULL
  ) STRICT;
  CREATE INDEX events_incident ON events (incident_id, id);

  CREATE TABLE transcript (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    incident_id TEXT NOT NULL REFERENCES incidents (id),
    message TEXT NOT NULL
  ) STRICT;
  CREATE INDEX transcript_incident ON transcript (incident_id, id);

  CREATE TABLE messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    incident_id TEXT REFERENCES incidents (id),
    direction TEXT NOT NULL,
    person TEXT NOT NULL,
    body TEXT NOT NULL,
    status TEXT NOT NULL, -- in: received, begun, answered; out: queued, sending, sent, failed
    uncertain INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,
    sid TEXT UNIQUE,
    created_at TEXT NOT NULL
  ) STRICT;
  CREATE INDEX messages_pending ON messages (id) WHERE status IN ('received', 'begun', 'queued', 'sending');
  CREATE INDEX messages_person ON messages (person, id);
  `,
  `
  DROP INDEX messages_pending;
  ALTER TABLE messages RENAME COLUMN sid TO vendor_id;
  ALTER TABLE messages RENAME COLUMN status TO state; -- in: received, begun, answered; out: OutboxState
  ALTER TABLE messages ADD COLUMN kind TEXT NOT NULL DEFAULT 'message';
  ALTER TABLE messages ADD COLUMN key TEXT; -- at most one message for each
  ALTER TABLE messages ADD COLUMN next_attempt_at TEXT;
  ALTER TABLE messages ADD COLUMN claimed_until TEXT;
  UPDATE messages SET kind = 'page', next_attempt_at = CASE WHEN state IN ('queued', 'sending') THEN created_at END,
    state = CASE WHEN state = 'sent' THEN 'accepted' WHEN state = 'queued' AND uncertain = 0 THEN 'pending'
                 WHEN state IN ('queued', 'sending') THEN 'unknown' ELSE state END
   WHERE direction = 'out';
  ALTER TABLE messages DROP COLUMN uncertain;
  CREATE UNIQUE INDEX messages_key ON messages (key) WHERE key IS NOT NULL;
  CREATE INDEX messages_unanswered ON messages (id) WHERE state IN ('received', 'begun');
  CREATE INDEX messages_unsettled ON messages (person, incident_id, id) WHERE state IN ('pending', 'sending', 'unknown');
  CREATE INDEX messages_due ON messages (next_attempt_at) WHERE state IN ('pending', 'sending', 'unknown');
  UPDATE events SET event = json_remove(json_set(event, '$.vendor_id', json_extract(event, '$.sid')), '$.sid')
   WHERE json_extract(event, '$.kind') = 'message_sent';
  `,
  `
  ALTER TABLE episodes ADD COLUMN service TEXT NOT NULL DEFAULT '';
  ALTER TABLE episodes ADD COLUMN source TEXT NOT NULL DEFAULT '';
  ALTER TABLE episodes ADD COLUMN annotations TEXT NOT NULL DEFAULT '{}';
  ALTER TABLE episodes ADD COLUMN generator_url TEXT;
  ALTER TABLE episodes ADD COLUMN closed_at TEXT; -- when its end was stored, by our clock
  ALTER TABLE episodes ADD COLUMN last_seen_at TEXT NOT NULL DEFAULT ''; -- its newest firing webhook, by our clock
  ALTER TABLE episodes ADD COLUMN held INTEGER NOT NULL DEFAULT 0; -- 1: its source was seen to hold it
  ALTER TABLE episodes ADD COLUMN confirmed INTEGER NOT NULL DEFAULT 1; -- 0: its source may have forgotten it
  UPDATE episodes SET closed_at = ends_at, last_seen_at = received_at, held = 1,
    service = coalesce((SELECT service FROM incidents WHERE id = incident_id), json_extract(labels, '$.service'), '');
  DROP INDEX episodes_fingerprint;
  DROP INDEX episodes_open;
  CREATE INDEX episodes_alert ON episodes (fingerprint, service, id);
  CREATE INDEX episodes_open ON episodes (incident_id, confirmed) WHERE closed_at IS NULL;
  ALTER TABLE incidents ADD COLUMN alertnames TEXT NOT NULL DEFAULT '[]';
  UPDATE incidents SET alertnames = (SELECT json_group_array(DISTINCT alertname) FROM episodes WHERE incident_id = incidents.id);
  CREATE INDEX incidents_open ON incidents (service, number) WHERE resolved_at IS NULL;
  CREATE INDEX incidents_opened ON incidents (opened_at);
  CREATE TABLE heartbeats (name TEXT PRIMARY KEY, last_at TEXT NOT NULL) STRICT;
  `,
  `
  CREATE INDEX messages_pages ON messages (incident_id) WHERE direction = 'out' AND kind = 'page';
  CREATE INDEX messages_unreached ON messages (incident_id) -- pages that were tried, and reached nobody yet
    WHERE direction = 'out' AND kind = 'page' AND state NOT IN ('accepted', 'delivered') AND (attempts > 0 OR state = 'failed');
  DROP INDEX messages_due;
  CREATE INDEX messages_due ON messages (max(next_attempt_at, coalesce(claimed_until, '')), id) WHERE state IN ('pending', 'sending', 'unknown');
  `,
  `
  ALTER TABLE incidents ADD COLUMN acknowledged_at TEXT;
  ALTER TABLE incidents ADD COLUMN acknowledged_by TEXT;
  UPDATE incidents SET (acknowledged_at, acknowledged_by) =
    (SELECT at, json_extract(event, '$.by') FROM events
      WHERE incident_id = incidents.id AND json_extract(event, '$.kind') = 'acknowledged' ORDER BY id LIMIT 1);
  `,
  `
  CREATE TABLE actions (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    incident_id TEXT NOT NULL REFERENCES incidents (id),
    service TEXT NOT NULL,
    status TEXT NOT NULL,
    action TEXT NOT NULL -- the whole record as JSON, as the API has it, and what the API keeps to itself
  ) STRICT;
  CREATE INDEX actions_incident ON actions (incident_id);
  CREATE INDEX actions_service ON actions (service, number);
  CREATE INDEX actions_open ON actions (status) WHERE status IN ('proposed', 'approved', 'started');
  CREATE UNIQUE INDEX actions_in_flight ON actions (service) WHERE status IN ('approved', 'started');
  `,
  `
  ALTER TABLE incidents ADD COLUMN phase TEXT; -- the last one that was reached
  `,
  `
  ALTER TABLE messages ADD COLUMN claimed_by TEXT; -- which process has it
  `,
  `
  CREATE TABLE inquiries (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL,
    document TEXT NOT NULL -- the whole inquiry as JSON, as the API has it
  ) STRICT;
  CREATE INDEX inquiries_running ON inquiries (number) WHERE status = 'running';
  `,
  `
  CREATE TABLE audit (
    n INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    tbl TEXT NOT NULL,
    key TEXT NOT NULL,
    digest TEXT NOT NULL, -- of the row after its change; empty: it was removed
    hash TEXT NOT NULL -- of the entry and the hash before
  ) STRICT;
  `,
  `
  ALTER TABLE messages ADD COLUMN read_at TEXT; -- when the person opened it, as far as a vendor tells
  `,
  `
  CREATE TABLE cursors (name TEXT PRIMARY KEY, event_id INTEGER NOT NULL) STRICT; -- how far somebody has read the events
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
