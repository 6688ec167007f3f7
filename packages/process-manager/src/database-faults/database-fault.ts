import type { FaultDeclaration } from '@oncall-lab/inventory/api'

/** The database to break, and what may be asked of its surroundings. */
export interface FaultyDatabase {
  /** `postgres://user@host:port/database`. */
  url: string
  /** The file that holds the lab's own server down (gate.sh of the package postgres-server); undefined for somebody else's server. */
  holdFile: string | undefined
  /** Bytes that this machine, or the container, could still give. */
  availableMemory: () => number
  /** The login of the instances; undefined where they have none of their own. */
  login?: InstanceLogin | undefined
}

/** The password of the instances, and who holds an earlier one. */
interface InstanceLogin {
  /** @throws what the server or the connection says. */
  rotate(): Promise<void>
  /** The ports of the instances that run with an earlier one. */
  outdated(): number[]
  /** Restarts those, one after the other. @throws LabError 409 while another rollout is going on. */
  renew(): Promise<unknown>
}

/** A fault that is on; disposing ends it and resolves when the database is as before, or rejects with why that cannot be. */
export interface ActiveDatabaseFault extends AsyncDisposable {
  /** Resolves when it is over by itself and the database is as before. */
  over: Promise<void>
}

/**
 * One way to break the database. It acts as it would in production, from outside of the shop; and it lives in the server (or in the gate of the server), so that it
 * ends in time, and at the latest after `ttlSeconds`, even if this process is dead or stopped.
 */
export interface DatabaseFault<Mode extends string = string> extends FaultDeclaration {
  mode: Mode
  /** It takes `ttl_seconds` alone. */
  fields: Record<never, never>
  /** Resolves when it acts. @throws LabError 409, or what the server says, when it cannot. */
  start(database: FaultyDatabase, ttlSeconds: number): Promise<ActiveDatabaseFault>
  /** Undoes what is left of one whose giver was killed. @throws what the server says when it cannot yet. */
  recover?(database: FaultyDatabase): Promise<void>
}

/** Keeps the literal type of the mode, so that the API's types derive from it. */
export function defineDatabaseFault<const Mode extends string>(fault: DatabaseFault<Mode>): DatabaseFault<Mode> {
  return fault
}
