import { conflict } from '@oncall-lab/service-kit/errors'
import type { LinkFaultMode } from '../api.ts'
import { DatabaseLink } from './link.ts'

/** What is done to a link, and until when (Unix time in ms). */
export interface ActiveLinkFault {
  port: number
  mode: LinkFaultMode
  delay_ms?: number
  until: number
}

interface Held extends ActiveLinkFault {
  timer: NodeJS.Timeout
}

const USUAL_DELAY_MS = 400

/** One link for each port on which there can be an instance, also before there is one. A fault of a link outlives the instance's process. */
export class DatabaseLinks implements AsyncDisposable {
  readonly #links: ReadonlyMap<number, DatabaseLink>
  readonly #active = new Map<number, Held>()

  private constructor(links: ReadonlyMap<number, DatabaseLink>) {
    this.#links = links
  }

  /** Without an address to lead to there are none, and every fault of theirs is refused. */
  static async open(url: string | undefined, ports: readonly number[]): Promise<DatabaseLinks> {
    if (url === undefined) return new DatabaseLinks(new Map())
    const { hostname: host, port = '5432' } = new URL(url)
    const target = { host, port: Number(port) }
    const [first = 0] = ports
    const open = async (port: number) => [port, await DatabaseLink.open(target, `127.0.1.${port - first + 1}`)] as const
    return new DatabaseLinks(new Map(await Promise.all(ports.map(open))))
  }

  /** The address as the instance on this port is to use it. */
  through(url: string, port: number): string {
    const link = this.#links.get(port)
    if (!link) return url
    const own = new URL(url)
    own.hostname = link.address.host
    own.port = String(link.address.port)
    return own.href
  }

  /** What is on now, by port. */
  list(): ActiveLinkFault[] {
    return [...this.#active.values()].map(({ timer: _, ...fault }) => fault).sort((a, b) => a.port - b.port)
  }

  /** @throws LabError 409 where there are no links. */
  give(
    { mode, delay_ms = USUAL_DELAY_MS }: { mode: LinkFaultMode; delay_ms?: number | undefined },
    ports: number[],
    ttlSeconds: number,
  ): void {
    if (ports.some((port) => !this.#links.has(port)))
      throw conflict("The database server is not the lab's own, so no link leads to it (PM_DATABASE_HOLD_FILE is not set)")
    this.end(ports)
    for (const port of ports) {
      const timer = setTimeout(() => this.end([port]), ttlSeconds * 1_000).unref()
      const fields = mode === 'link' ? { delay_ms } : {}
      this.#active.set(port, { port, mode, ...fields, until: Date.now() + ttlSeconds * 1_000, timer })
      this.#links.get(port)?.set(mode === 'link' ? { delayMs: delay_ms } : { isCut: true })
    }
  }

  /** Ends what is on at these ports; what is on the way arrives at once. Returns the ports where something was. */
  end(ports: readonly number[]): number[] {
    const had = ports.filter((port) => this.#active.has(port))
    for (const port of had) {
      clearTimeout(this.#active.get(port)?.timer)
      this.#active.delete(port)
      this.#links.get(port)?.set({})
    }
    return had
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.end([...this.#active.keys()])
    await Promise.all([...this.#links.values()].map((link) => link[Symbol.asyncDispose]()))
  }
}
