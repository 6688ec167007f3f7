import { Pool } from 'undici'

/** One instance as the balancer sees it. */
export interface Backend {
  /** Base address, e.g. `http://127.0.0.1:8001`. */
  readonly url: string
  readonly pool: Pool
  /** Until then (by the set's clock, ms) it is asked only when nobody else is left. */
  passedOverUntil: number
}

/** The backends in use, and whose turn it is. */
export interface BackendSet {
  readonly size: number
  urls(): string[]
  /** Keeps the connections of addresses that stay; those that go finish what they have begun. */
  replace(urls: readonly string[]): void
  /** The next in turn that is not in `tried`, those that lately refused a connection last. Undefined when none is left. */
  pick(tried: readonly Backend[]): Backend | undefined
  /** Whether `pick` would find one. */
  hasOther(tried: readonly Backend[]): boolean
  /** A connection to it could not be made: it is passed over for a short while. */
  passOver(backend: Backend): void
  close(): Promise<void>
}

const PASS_OVER_MS = 2_000
/** Below the 5 s after which a plain Node server closes an idle connection, so that a request rarely meets a closing one. */
const IDLE_CONNECTION_MS = 4_000

/** A set without members; `replace` fills it. Both limits are in milliseconds, `readTimeoutMs` between two signs of life of an answer. */
export function createBackendSet({
  connectTimeoutMs,
  readTimeoutMs,
  now = () => performance.now(),
}: {
  connectTimeoutMs: number
  readTimeoutMs: number
  now?: () => number
}): BackendSet {
  let backends: Backend[] = []
  let turn = 0

  const open = (url: string): Backend => ({
    url,
    pool: new Pool(url, {
      pipelining: 1,
      connect: { timeout: connectTimeoutMs },
      headersTimeout: readTimeoutMs,
      bodyTimeout: readTimeoutMs,
      keepAliveTimeout: IDLE_CONNECTION_MS,
      keepAliveMaxTimeout: IDLE_CONNECTION_MS,
    }),
    passedOverUntil: 0,
  })

  const firstInTurn = (accept: (backend: Backend) => boolean): Backend | undefined => {
    for (let step = 0; step < backends.length; step += 1) {
      const at = (turn + step) % backends.length
      const backend = backends[at]
      if (!backend || !accept(backend)) continue
      turn = at + 1
      return backend
    }
    return undefined
  }

  return {
    get size() {
      return backends.length
    },
    urls: () => backends.map(({ url }) => url),
    replace(urls) {
      const wanted = [...new Set(urls)]
      const before = backends
      backends = wanted.map((url) => before.find((each) => each.url === url) ?? open(url))
      for (const gone of before) if (!backends.includes(gone)) void gone.pool.close()
    },
    pick(tried) {
      const at = now()
      return firstInTurn((each) => each.passedOverUntil <= at && !tried.includes(each)) ?? firstInTurn((each) => !tried.includes(each))
    },
    hasOther: (tried) => backends.some((each) => !tried.includes(each)),
    passOver(backend) {
      backend.passedOverUntil = now() + PASS_OVER_MS
    },
    async close() {
      const closing = backends
      backends = []
      await Promise.all(closing.map(({ pool }) => pool.destroy()))
    },
  }
}
