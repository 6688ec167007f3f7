import { MonitoringHealthResult } from '@oncall-lab/on-call-agent/look-functions'
import { type Facts, INSTANCES } from '../facts/facts.ts'
import type { Question } from '../facts/metric-queries.ts'
import { memberOf, quoteFrom } from '../quote.ts'
import { duration, excerpt, list } from '../wording.ts'
import { defineSignal, EMPTY, seen, unread } from './signal.ts'

const HEALTH: Question = { tool: 'get_monitoring_health', args: {} }
/** A new instance becomes a target, and one that is gone none any more, within this time. */
const SETTLED_MS = 40_000
/** Scrapes are seconds apart; a target that was not scraped for so long is not watched. */
const STALE_SECONDS = 90

const concernsTargets = ({ symptoms }: Facts) => symptoms.has('availability') || symptoms.has('monitoring') || symptoms.has('traffic')

/** Prometheus' targets of the service against the instances that run. */
export const targetList = defineSignal({
  about: 'Prometheus’ list of targets',
  source: 'targets',
  levels: ['both', 'ghost', 'missing', 'matches'],
  abnormal: ['both', 'ghost', 'missing'],
  questions: (facts) => (concernsTargets(facts) ? [HEALTH, INSTANCES] : []),
  read: (facts) => {
    const reading = facts.result(MonitoringHealthResult, HEALTH)
    const { instances, job, now } = facts
    if (reading.kind !== 'seen' || instances.kind !== 'seen') return unread(reading, instances) ?? EMPTY
    const own = reading.value.targets.filter((target) => target.job === job)
    const listed = instances.value.instances
    const known = new Set(listed.map(({ instance }) => instance))
    // Another naming of the same instances says nothing.
    if (own.length === 0 || !own.some(({ instance }) => known.has(instance))) return EMPTY
    const ghosts = own.filter(({ instance, health }) => health !== 'up' && !known.has(instance)).map(({ instance }) => instance)
    const targeted = new Set(own.map(({ instance }) => instance))
    const isSettled = (at: string | null) => at !== null && now !== undefined && now - Date.parse(at) > SETTLED_MS
    const missing = listed
      .filter(({ instance, state, started_at }) => state === 'running' && !targeted.has(instance) && isSettled(started_at))
      .map(({ instance }) => instance)
    const complete = reading.value.truncated === 0
    const quote = quoteFrom(reading.call, ...memberOf('instance', ghosts[0] ?? own[0]?.instance))
    const looks = `Prometheus looks for ${list(ghosts)}, which ${ghosts.length === 1 ? 'is no instance' : 'are no instances'} any more`
    const misses = `Prometheus does not scrape ${list(missing)}, ${missing.length === 1 ? 'which runs' : 'which run'}`
    if (ghosts.length > 0 && missing.length > 0 && complete)
      return seen('both', `${looks}, and does not scrape ${list(missing)}`, { quote, instances: ghosts })
    if (ghosts.length > 0) return seen('ghost', looks, { quote, instances: ghosts })
    return missing.length > 0 && complete
      ? seen('missing', misses, { quote, instances: missing })
      : seen('matches', 'Prometheus’ targets are the instances that run', { quote })
  },
})

/** Whether the monitoring itself works: rules that fail, alerts that cannot get out, scrapes that are old. */
export const monitoringHealth = defineSignal({
  about: 'the health of the monitoring',
  source: 'monitoring',
  levels: ['rules_fail', 'no_alertmanager', 'stale', 'scrapes_fail', 'well'],
  abnormal: ['rules_fail', 'no_alertmanager', 'stale', 'scrapes_fail'],
  questions: (facts) => (facts.symptoms.has('monitoring') || /prometheus|alertmanager|monitoring/i.test(facts.service) ? [HEALTH] : []),
  read: (facts) => {
    const reading = facts.result(MonitoringHealthResult, HEALTH)
    if (reading.kind !== 'seen') return unread(reading) ?? EMPTY
    const { failing_rules, alertmanagers, jobs, targets } = reading.value
    const [failing] = failing_rules
    if (failing)
      return seen(
        'rules_fail',
        `Prometheus cannot evaluate ${list(failing_rules.map(({ rule }) => rule))} ("${excerpt(failing.error, 100)}")`,
        {
          quote: quoteFrom(reading.call, ...memberOf('rule', failing.rule)),
        },
      )
    if (alertmanagers === 0)
      return seen('no_alertmanager', 'Prometheus is connected to no Alertmanager', {
        quote: quoteFrom(reading.call, ...memberOf('alertmanagers', 0)),
      })
    const old = jobs.find(({ oldest_scrape_seconds: seconds, up }) => up > 0 && (seconds ?? 0) > STALE_SECONDS)
    if (old)
      return seen('stale', `the newest scrape of a target of ${old.job} is ${duration(old.oldest_scrape_seconds ?? 0)} old`, {
        quote: quoteFrom(reading.call, ...memberOf('oldest_scrape_seconds', old.oldest_scrape_seconds)),
      })
    const refused = targets.find(
      ({ health, error }) => health !== 'up' && error !== null && /40[13]|authoriz|parse|format|too large|limit exceeded/i.test(error),
    )
    if (refused)
      return seen('scrapes_fail', `Prometheus reaches ${refused.instance} and cannot read it ("${excerpt(refused.error ?? '', 100)}")`, {
        quote: quoteFrom(reading.call, ...memberOf('error', refused.error)),
        instances: [refused.instance],
      })
    return seen('well', 'Prometheus evaluates its rules and reaches its Alertmanager', {
      quote: quoteFrom(reading.call, ...memberOf('alertmanagers', alertmanagers)),
    })
  },
})
