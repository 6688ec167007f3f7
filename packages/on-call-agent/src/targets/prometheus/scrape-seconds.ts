import type { PrometheusClient } from './client.ts'

/** How far the scrapes of a service are apart, the longest, by Prometheus' own word; undefined where it does not say. */
export async function scrapeSecondsOf(
  prometheus: Partial<Pick<PrometheusClient, 'scrapeTargets'>>,
  service: string,
  signal?: AbortSignal,
): Promise<number | undefined> {
  const targets = (await prometheus.scrapeTargets?.(signal).catch(() => [])) ?? []
  const own = targets.filter(({ job }) => job === service)
  const known = (own.length > 0 ? own : targets).flatMap(({ everySeconds }) => everySeconds ?? [])
  return known.length > 0 ? Math.max(...known) : undefined
}
