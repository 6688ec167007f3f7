import type { DatabaseFault } from './database-fault.ts'
import { dbDown } from './db-down.ts'
import { lock } from './lock.ts'
import { maxConnections } from './max-connections.ts'
import { slowQuery } from './slow-query.ts'

/** All faults of the database that there are. */
export const DATABASE_FAULTS: readonly DatabaseFault[] = [lock, slowQuery, dbDown, maxConnections]
