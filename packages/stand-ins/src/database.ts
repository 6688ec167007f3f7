import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from 'node:fs'
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
`

/** What each version added to the one before it. */
const MIGRATIONS = [
  SCHEMA,
  `
  ALTER TABLE messages ADD COLUMN more TEXT NOT NULL DEFAULT '{}';
  ALTER TABLE contacts ADD COLUMN joined_ms INTEGER;
  ALTER TABLE issues ADD COLUMN status_id TEXT NOT NULL DEFAULT '10000';
  ALTER TABLE issues ADD COLUMN more TEXT NOT NULL DEFAULT '{}';
  ALTER TABLE comments ADD COLUMN more TEXT NOT NULL DEFAULT '{}';
`,
  `
  CREATE TABLE sn_incidents (seq INTEGER PRIMARY KEY AUTOINCREMENT, sys_id TEXT NOT NULL UNIQUE, fields TEXT NOT NULL) STRICT;
  CREATE TABLE sn_journal (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sys_id TEXT NOT NULL,
    name TEXT NOT NULL,
    text TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    by_user TEXT NOT NULL
  ) STRICT;
`,
]

/**
 * Opens the stand-ins' SQLite file (`:memory:` for none), readable by its owner only, and brings its layout up to date. `onCreate` runs once in a
 * file's life, in the same transaction as the layout.
 */
export function openDatabase(file: string, onCreate: (db: DatabaseSync) => void): DatabaseSync {
  if (file !== ':memory:') keepToOwner(file)
  const db = new DatabaseSync(file)
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 2000;')
  const version = Number(db.prepare('PRAGMA user_version').get()?.user_version)
  if (version > MIGRATIONS.length) throw new Error(`${file} was laid out by a newer version of the stand-ins (${version}); move it away`)
  if (version === MIGRATIONS.length) return db
  db.exec('BEGIN')
  for (const migration of MIGRATIONS.slice(version)) db.exec(migration)
  if (version === 0) onCreate(db)
  db.exec(`PRAGMA user_version = ${MIGRATIONS.length}`)
  db.exec('COMMIT')
  return db
}

/** What people wrote is theirs. SQLite gives the files beside the database the mode of the database. */
function keepToOwner(file: string): void {
  mkdirSync(dirname(file), { recursive: true })
  closeSync(openSync(file, 'a', 0o600))
  for (const each of [file, `${file}-wal`, `${file}-shm`]) if (existsSync(each)) chmodSync(each, 0o600)
}
