import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

const SCHEMA = `
  CREATE TABLE messages (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    sid TEXT NOT NULL UNIQUE,
    direction TEXT NOT NULL,
    from_address TEXT NOT NULL,
    to_address TEXT NOT NULL,
    body TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    error_code INTEGER,
    replied_to TEXT
  ) STRICT;
  CREATE TABLE contacts (address TEXT PRIMARY KEY, last_inbound_ms INTEGER NOT NULL) STRICT;
  CREATE TABLE issues (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    created_ms INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL,
    issue_type_id TEXT NOT NULL,
    priority_id TEXT NOT NULL,
    summary TEXT NOT NULL,
    description TEXT,
    assignee TEXT,
    labels TEXT NOT NULL
  ) STRICT;
  CREATE TABLE comments (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    issue_number INTEGER NOT NULL REFERENCES issues (number),
    created_ms INTEGER NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  PRAGMA user_version = 1;
`

/**
 * Opens the stand-ins' SQLite file (`:memory:` for none), laid out when it is new. `onCreate` runs once in a file's life, in the same
 * transaction as the layout.
 */
export function openDatabase(file: string, onCreate: (db: DatabaseSync) => void): DatabaseSync {
  if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true })
  const db = new DatabaseSync(file)
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 2000;')
  const version = db.prepare('PRAGMA user_version').get()?.user_version
  if (version === 1) return db
  if (version !== 0) throw new Error(`${file} was laid out by another version of the stand-ins (${String(version)}); move it away`)
  db.exec('BEGIN')
  db.exec(SCHEMA)
  onCreate(db)
  db.exec('COMMIT')
  return db
}
