import { type ConnectionOwner, UpstreamConnection, type UpstreamExchange } from './upstream-connection.ts'

/** Below the 5 s after which a plain Node server closes an idle connection, so that a request rarely meets a closing one. */
const IDLE_CONNECTION_MS = 4_000

/** The connections to one backend. The one that was used last is taken first: it is the least likely to be closing. */
export class ConnectionPool implements ConnectionOwner {
  readonly #address: { host: string; port: number }
  readonly #now: () => number
  readonly #onLost: () => void
  readonly #all = new Set<UpstreamConnection>()
  #idle: UpstreamConnection[] = []
  #retired = false

  /** `onLost` is called when the backend closes a connection that nobody was using. */
  constructor(url: string, now: () => number, onLost: () => void) {
    const { hostname, port } = new URL(url)
    this.#address = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 80) }
    this.#now = now
    this.#onLost = onLost
  }

  get size(): number {
    return this.#all.size
  }

  /** Leads the exchange over an idle connection at once, or over a new one as soon as it stands. Returns the new one. */
  lead(exchange: UpstreamExchange): UpstreamConnection | null {
    const idle = this.#idle.pop()
    if (idle) {
      idle.take(exchange)
      return null
    }
    const opened = new UpstreamConnection(this.#address, this, exchange)
    this.#all.add(opened)
    return opened
  }

  released(connection: UpstreamConnection, idleMs: number): void {
    if (this.#retired || idleMs <= 0) {
      connection.destroy()
      return
    }
    connection.idleSince = this.#now()
    connection.idleMs = Math.min(idleMs, IDLE_CONNECTION_MS)
    this.#idle.push(connection)
  }

  closed(connection: UpstreamConnection, idle: boolean): void {
    this.#all.delete(connection)
    if (!this.#idle.includes(connection)) return
    this.#idle = this.#idle.filter((each) => each !== connection)
    if (idle) this.#onLost()
  }

  /** Closes what idles too long; called several times a second. */
  sweep(now: number): void {
    for (const each of this.#idle.filter(({ idleSince, idleMs }) => now - idleSince >= idleMs)) each.destroy()
  }

  /** Closes what is idle now; what is in use is closed when its exchange is over. */
  retire(): void {
    this.#retired = true
    this.closeIdle()
  }

  /** Forgets the idle connections, e.g. because the process at the other end is another one now. */
  closeIdle(): void {
    for (const each of [...this.#idle]) each.destroy()
  }

  destroy(): void {
    this.#retired = true
    for (const each of [...this.#all]) each.destroy()
  }
}
