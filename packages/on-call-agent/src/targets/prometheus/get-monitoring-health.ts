import { covering } from '../../coverage.ts'
import { defineTool } from '../../functions/tool.ts'
import { MonitoringHealthArgs, MonitoringHealthResult } from '../../look-functions.ts'
import type { PrometheusClient, ScrapeTarget } from './client.ts'

const MOST_TARGETS = 14
const MOST_RULES = 5

/** `get_monitoring_health`: whether Prometheus itself sees: its targets and their last scrapes, its rules, and whom it tells. */
export function getMonitoringHealth(prometheus: PrometheusClient) {
  return defineTool({
    name: 'get_monitoring_health',
    description:
      "Whether the monitoring itself works: Prometheus' targets by job with health, age and error of the last scrape, rules that cannot be evaluated, and connected Alertmanagers.",
    parameters: MonitoringHealthArgs,
    result: MonitoringHealthResult,
    async run(_args, { incident, signal }): Promise<MonitoringHealthResult> {
      const [targets, rules, alertmanagers] = await Promise.all([
        prometheus.scrapeTargets(signal),
        prometheus.rules(signal),
        prometheus.alertmanagers(signal),
      ])
      const wanted = targets.filter(({ job, health }) => job === incident.service || health !== 'up').sort(worstFirst)
      const failing = rules.filter(({ health }) => health === 'err')
      return {
        ...covering(null, Math.max(0, wanted.length - MOST_TARGETS)),
        jobs: byJob(targets),
        targets: wanted.slice(0, MOST_TARGETS).map(({ job, instance, health, scrapedAt, error }) => ({
          job,
          instance,
          health,
          last_scrape_seconds: age(scrapedAt),
          error: error === '' ? null : error.slice(0, 160),
        })),
        failing_rules: failing.slice(0, MOST_RULES).map(({ name, lastError }) => ({ rule: name, error: (lastError ?? '').slice(0, 160) })),
        alertmanagers,
      }
    },
    summarise({ jobs, failing_rules, alertmanagers }) {
      const down = jobs.filter((job) => job.down > 0).map(({ job, down: count }) => `${count} of ${job}`)
      const said = [down.length > 0 ? `not scraped: ${down.join(', ')}` : 'all targets are scraped']
      if (failing_rules.length > 0) said.push(`${failing_rules.length} rules fail`)
      if (alertmanagers === 0) said.push('no Alertmanager is connected')
      return `${said.join('; ')}.`
    },
  })
}

const worstFirst = (a: ScrapeTarget, b: ScrapeTarget) =>
  Number(a.health === 'up') - Number(b.health === 'up') || a.instance.localeCompare(b.instance)

function byJob(targets: ScrapeTarget[]): MonitoringHealthResult['jobs'] {
  const jobs = new Map<string, ScrapeTarget[]>()
  for (const target of targets) jobs.set(target.job, [...(jobs.get(target.job) ?? []), target])
  return [...jobs].slice(0, 12).map(([job, all]) => {
    const up = all.filter(({ health }) => health === 'up').length
    const ages = all.flatMap(({ scrapedAt }) => age(scrapedAt) ?? [])
    return { job, up, down: all.length - up, oldest_scrape_seconds: ages.length > 0 ? Math.max(...ages) : null }
  })
}

/** Never scraped is Go's zero time. */
function age(at: string): number | null {
  const time = Date.parse(at)
  return Number.isNaN(time) || time <= 0 ? null : Math.max(0, Math.round((Date.now() - time) / 100) / 10)
}
