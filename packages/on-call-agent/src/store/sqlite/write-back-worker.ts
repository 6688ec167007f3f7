import { DatabaseSync } from 'node:sqlite'
import { workerData } from 'node:worker_threads'

// A thread that writes as much of the log back into the database as nobody is reading, and ends.
const db = new DatabaseSync(String(workerData))
db.exec('PRAGMA wal_checkpoint(PASSIVE)')
db.close()
