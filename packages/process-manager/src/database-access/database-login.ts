import { randomBytes } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { conflict } from '@oncall-lab/service-kit/errors'
import { openSession } from '../database-faults/session.ts'

/** The role that the instances log in as; what they make belongs to the shop's role. See roles.sql of the package postgres-server. */
const ROLE = 'inventory'
const TRY_FOR_MS = 30_000
const TRY_AGAIN_AFTER_MS = 100

/**
 * The password that the instances show to the database. It is this process manager's own and held by nobody else; a new one counts for new connections, and for
 * instances that start from now on.
 */
export class DatabaseLogin {
  readonly #url: string
  #password = ''
  #version = 0
  /** Which password the process on a port was started with. */
  readonly #given = new Map<number, number>()

  constructor(url: string) {
    this.#url = url
  }

  /** Gives the role its first password. Where the server has no such role the instances go on as the shop's own. */
  async begin(): Promise<void> {
    for (const deadline = Date.now() + TRY_FOR_MS; Date.now() < deadline; await setTimeout(TRY_AGAIN_AFTER_MS)) {
      const outcome = await this.#change().then(() => 'done', asRefusal)
      if (outcome !== 'unreachable') return
    }
  }

  /** A new password, from now on. @throws LabError 409 where there was none before; what the server or the connection says. */
  async rotate(): Promise<void> {
    if (this.#version === 0) throw conflict('The database server has no role inventory, whose password could be changed')
    await this.#change()
  }

  /** The address for a process that starts on this port now. */
  urlFor(port: number): string {
    if (this.#version === 0) return this.#url
    this.#given.set(port, this.#version)
    const url = new URL(this.#url)
    url.username = ROLE
    url.password = this.#password
    return url.href
  }

  /** Those of these ports whose process was started with an earlier password. */
  outdated(ports: readonly number[]): number[] {
    return ports.filter((port) => (this.#given.get(port) ?? this.#version) < this.#version)
  }

  async #change(): Promise<void> {
    const next = randomBytes(24).toString('base64url')
    const place = new URL(this.#url)
    place.pathname = '/postgres'
    await using session = await openSession(place.href)
    await session.query('SELECT set_inventory_password($1)', [next])
    this.#password = next
    this.#version += 1
  }
}

/** A server that said no will say so again. */
function asRefusal(error: unknown): 'refused' | 'unreachable' {
  const hasSpoken = error instanceof Error && 'severity' in error && !('code' in error && /^57P/.test(String(error.code)))
  return hasSpoken ? 'refused' : 'unreachable'
}
