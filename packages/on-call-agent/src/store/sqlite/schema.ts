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
]
