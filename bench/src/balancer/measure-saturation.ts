import { setTimeout as delay } from 'node:timers/promises'
import type { StartedContender } from '../contender.ts'
import { cpuSeconds, memoryMb } from '../process-cost.ts'
import { saturate } from '../saturate.ts'
import { PROBE_PATH } from './backend-answer.ts'

/** One turn of a proxy with all the load that it takes. */
export interface Saturation {
  /** CPU time of the proxy for each request, µs; 0 when it has no process. */
  cpu_us: number
  rps: number
  p99_ms: number
  /** While loaded: its own share of memory, and resident. */
  pss_mb: number
  rss_mb: number
}

const CONNECTIONS = 64

/** Loads the contender for so many seconds. */
export async function measureSaturation(
  { url, pid }: Pick<StartedContender, 'url' | 'pid'>,
  { seconds, core }: { seconds: number; core: number | undefined },
  signal: AbortSignal,
): Promise<Saturation> {
  const before = cpuSeconds(pid)
  const load = saturate({ url: url + PROBE_PATH, connections: CONNECTIONS, seconds, core }, signal)
  const memory = delay(seconds * 800, undefined, { signal }).then(() => memoryMb(pid))
  const [{ requests, seconds: took, p99_ms }, { pss, rss }] = await Promise.all([load, memory])
  const cpu_us = ((cpuSeconds(pid) - before) * 1e6) / requests
  return { cpu_us, rps: requests / took, p99_ms, pss_mb: pss, rss_mb: rss }
}
