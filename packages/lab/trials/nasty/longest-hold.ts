import { request } from 'undici'

/** The attacked processes that the lab's Prometheus scrapes, each under a job of its own name. */
const SCRAPED = ['agent', 'stand-ins']

/**
 * The longest that the event loop of each process was held within the last seconds, as Prometheus saw it: each look at /metrics ends a span, so
 * that what Prometheus has read is missing in what others read. In milliseconds, by the name of the process.
 */
export async function readLongestHolds(prometheus: string, seconds: number): Promise<Record<string, number>> {
  const query = `max by (job) (max_over_time(nodejs_eventloop_lag_max_seconds[${Math.ceil(seconds)}s]))`
  const { body } = await request(`${prometheus}/api/v1/query?query=${encodeURIComponent(query)}`, { signal: AbortSignal.timeout(10_000) })
  const { data } = (await body.json()) as { data: { result: { metric: { job: string }; value: [number, string] }[] } } // As Prometheus documents it.
  const held = new Map(data.result.map(({ metric, value }) => [metric.job, Number(value[1]) * 1_000]))
  return Object.fromEntries(SCRAPED.map((name) => [name, held.get(name) ?? 0]))
}
