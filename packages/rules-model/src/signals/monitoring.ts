import { isReported } from '../facts/alerts.ts'
import { type Facts, presentValues } from '../facts/facts.ts'
import { onHosts } from '../facts/hosts.ts'
import { quotePoint } from '../facts/load.ts'
import { askAlertState, askMetric } from '../facts/metric-queries.ts'
import { namedRoute } from '../facts/slow-routes.ts'
import { memberOf, quoteFrom } from '../quote.ts'
import { list, percent } from '../wording.ts'
import { isBalancer } from './balancer.ts'
import { defineSignal, EMPTY, seen, unread } from './signal.ts'

/** Whether the alert still fires, by Prometheus' own word. */
export const alertState = defineSignal({
  about: 'whether the alert still fires',
  source: 'alert',
  levels: ['firing', 'not_firing', 'reported'],
  abnormal: [],
  questions: ({ subject }) => (subject.alertnames.length > 0 ? [askAlertState(subject.alertnames)] : []),
  read: (facts) => {
    const reading = facts.alertState
    if (reading.kind !== 'seen') return unread(reading) ?? EMPTY
    return reading.value.length > 0
      ? seen('firing', 'the alert still fires', { quote: quoteFrom(reading.call, ...memberOf('alertstate', 'firing')) })
      : isReport(facts)
        ? seen('reported', 'no rule of Prometheus stands behind it: somebody reported it', {
            quote: quoteFrom(reading.call, '"series":[]', '"series": []'),
          })
        : seen('not_firing', 'the alert does not fire any more', { quote: quoteFrom(reading.call, '"series":[]', '"series": []') })
  },
})

/** Prometheus has no rule of that name, so it never fired: a person or another program told of it. */
const isReport = ({ calls, alerts }: Facts) =>
  isReported({ alerts }) ||
  calls.some(({ name, outcome }) => name === 'get_alert_expression' && outcome.kind === 'failed' && outcome.code === 'no_such_rule')

/** Whether Prometheus has lost sight of several parts at once. */
export const scrapes = defineSignal({
  about: 'whether Prometheus sees its targets',
  source: 'monitoring',
  levels: ['blind', 'one_job', 'well'],
  abnormal: ['blind'],
  needsAll: ['well', 'blind'],
  questions: ({ job }) => [askMetric('jobs_up', job)],
  read: (facts) => {
    const reading = facts.metric('jobs_up')
    if (reading.kind !== 'seen') return unread(reading) ?? EMPTY
    const all = presentValues(reading)
    const [first] = all
    if (!first) return EMPTY
    const down = all.filter(({ value }) => value < 0.5)
    const names = down.map(({ labels }) => labels.job ?? '?')
    if (down[0] && down.length >= 2 && down.length >= all.length / 2)
      return seen('blind', `Prometheus gets no answer from ${list(names)} at once`, { quote: quotePoint(reading.call, down[0].series) })
    if (down[0])
      return seen('one_job', `Prometheus gets no answer from ${list(names)}`, { quote: quotePoint(reading.call, down[0].series) })
    return seen('well', 'Prometheus sees its targets', { quote: quotePoint(reading.call, first.series) })
  },
})

/** Whether any function can see the service that the alert names. */
export const sight = defineSignal({
  about: 'whether the service can be seen',
  source: 'monitoring',
  levels: ['in_sight', 'out_of_sight'],
  abnormal: ['out_of_sight'],
  questions: ({ job }) => [askMetric('up', job), askMetric('jobs_up', job)],
  read: (facts) => {
    const jobs = facts.metric('jobs_up')
    const up = facts.metric('up')
    if (jobs.kind !== 'seen' || up.kind !== 'seen') return unread(up, jobs) ?? EMPTY
    const known = presentValues(jobs).map(({ labels }) => labels.job ?? '')
    const quote = quoteFrom(up.call, '"series":[]', '"series": []', ...memberOf('job', facts.job))
    if (up.value.length > 0 || known.includes(facts.job)) return seen('in_sight', `Prometheus sees ${facts.service}`, { quote })
    if (known.length === 0 || isOurs(facts, known)) return EMPTY
    return seen('out_of_sight', `Prometheus has no target of ${facts.service}; it sees ${list(known.slice(0, 6))}`, { quote })
  },
})

/** A service whose targets have gone all at once is not out of sight: the alert says so itself, or its instances are listed. */
function isOurs({ instances, subject, alerts, service }: Facts, known: string[]): boolean {
  if (alerts.some(({ alertname }) => /absent|missing|nodata|no_data/i.test(alertname))) return true
  const words = service.toLowerCase()
  if (known.some((job) => job !== '' && (words.includes(job.toLowerCase()) || job.toLowerCase().includes(words)))) return true
  return (
    instances.kind === 'seen' &&
    subject.instances.some((named) => instances.value.instances.some(({ instance }) => instance === named || instance.endsWith(named)))
  )
}

/** Requests that are refused although nothing is broken: a growing share of 4xx. */
export const refusals = defineSignal({
  about: 'refused requests',
  source: 'rate',
  levels: ['many', 'given_up', 'few'],
  abnormal: ['many', 'given_up'],
  questions: ({ job }) => [askMetric('refused_requests', job)],
  read: (facts) => {
    const reading = facts.metric('refused_requests')
    if (reading.kind !== 'seen') return unread(reading) ?? EMPTY
    const [top] = presentValues(reading)
      .map(({ labels, ...rest }) => {
        const told: Record<string, string> = { ...labels, ...namedRoute(labels), status: labels.status ?? labels.code ?? '' }
        return { ...rest, labels: told }
      })
      // Somebody always asks for what is not there; so many do not.
      .filter(({ labels, value }) => labels.status !== '404' || value >= 0.3)
      .sort((a, b) => b.value - a.value)
    if (!top || top.value < 0.1) return seen('few', 'few requests are refused', { quote: quoteFrom(reading.call, '"series":[') })
    if (top.labels.status === '499')
      return seen('given_up', `${percent(top.value)} of the requests are given up by who asked before the answer comes (499)`, {
        quote: quotePoint(reading.call, top.series),
        routes: top.labels.route ? [top.labels.route] : [],
      })
    return seen(
      'many',
      `${percent(top.value)} of the requests are refused with ${top.labels.status || '4xx'}${top.labels.route ? ` on ${top.labels.route}` : ''}`,
      {
        quote: quotePoint(reading.call, top.series),
        routes: top.labels.route ? [top.labels.route] : [],
      },
    )
  },
})

/** What kind of thing the alert's own labels name. */
export const subject = defineSignal({
  about: 'what the alert is about',
  source: 'alert',
  levels: ['balancer', 'host', 'service'],
  abnormal: [],
  questions: () => [],
  read: (facts) => {
    const words = facts.alerts.map(({ alertname, labels }) => `${alertname} ${labels.unit ?? ''} ${labels.job ?? ''}`).join(' ')
    if (isBalancer(facts)) return seen('balancer', 'the alert is about the load balancer')
    if (onHosts(facts, 'services').kind === 'seen') return seen('host', 'the alert is about a service on a host')
    return /systemd|\bunit\b|\.service\b|host/i.test(words)
      ? seen('host', 'the alert is about a service on a host')
      : seen('service', `the alert is about ${facts.service}`)
  },
})
