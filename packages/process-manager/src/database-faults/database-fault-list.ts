import { badRow } from './bad-row.ts'
import { dbDown } from './db-down.ts'
import { lock } from './lock.ts'
import { maxConnections } from './max-connections.ts'
import { rotatedPassword } from './rotated-password.ts'
import { rowLock } from './row-lock.ts'
import { slowQuery } from './slow-query.ts'
import { waitingMigration } from './waiting-migration.ts'

/** All faults of the database. */
export const DATABASE_FAULTS = [lock, rowLock, waitingMigration, slowQuery, badRow, maxConnections, rotatedPassword, dbDown] as const
