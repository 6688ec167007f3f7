import { dbDown } from './db-down.ts'
import { lock } from './lock.ts'
import { maxConnections } from './max-connections.ts'
import { slowQuery } from './slow-query.ts'

/** All faults of the database. */
export const DATABASE_FAULTS = [lock, slowQuery, maxConnections, dbDown] as const
