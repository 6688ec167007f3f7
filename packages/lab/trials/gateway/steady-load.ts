import { Pool } from 'undici'

/** What came of the requests. */
export interface LoadReport {
  sent: number
  /** How often each status was answered; 0 for no answer. */
  statuses: Record<string, number>
  retryAfter: number
  p50: number
  p99: number
}

/** Sends so many requests a second, evenly, whether earlier ones were answered or not, until it is stopped. */
export function startSteadyLoad(base: string, paths: readonly string[], rps: number) {
  const pool = new Pool(base, { connections: 32 })
  const statuses: Record<string, number> = {}
  const tookMs: number[] = []
  const underWay = new Set<Promise<void>>()
  let retryAfter = 0
  let sent = 0
  const send = async () => {
    const path = paths[sent++ % paths.length] ?? '/'
    const begun = performance.now()
    let status = 0
    try {
      const answer = await pool.request({ method: 'GET', path, headersTimeout: 10_000 })
      await answer.body.dump()
      status = answer.statusCode
      if (answer.headers['retry-after'] !== undefined) retryAfter += 1
    } catch {
      // Counted as 0.
    }
    tookMs.push(performance.now() - begun)
    statuses[status] = (statuses[status] ?? 0) + 1
  }
  const begun = performance.now()
  const timer = setInterval(() => {
    while (sent < ((performance.now() - begun) / 1_000) * rps) {
      const one = send().finally(() => underWay.delete(one))
      underWay.add(one)
    }
  }, 2)
  return {
    async stop(): Promise<LoadReport> {
      clearInterval(timer)
      await Promise.all(underWay)
      await pool.close()
      const sorted = tookMs.toSorted((a, b) => a - b)
      const at = (share: number) => Math.round((sorted[Math.floor(sorted.length * share)] ?? Number.NaN) * 10) / 10
      return { sent, statuses, retryAfter, p50: at(0.5), p99: at(0.99) }
    },
  }
}
