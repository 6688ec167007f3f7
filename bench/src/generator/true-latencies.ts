import { quantile } from '../statistics.ts'
import type { GeneratorReport } from './generator.ts'
import type { Watched } from './watch-server.ts'

/**
 * What customers who come at an even rate, whether or not answers come, would have waited at a server that stalled: those that came during the stall until
 * its end, the others nothing (the milliseconds that the server's own work takes are left out).
 */
export function trueLatencies({ first_at_ms: first, stall }: Watched, { rps, seconds }: { rps: number; seconds: number }): GeneratorReport {
  const waits = Array.from({ length: rps * seconds }, (_, i) => {
    const at = first + (i / rps) * 1_000
    return stall && at >= stall.begun_at_ms && at < stall.ended_at_ms ? stall.ended_at_ms - at : 0
  })
  return { p50_ms: quantile(waits, 0.5), p99_ms: quantile(waits, 0.99), max_ms: Math.max(...waits) }
}
