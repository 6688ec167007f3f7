import { type Facts, INSTANCES, largestNow, presentValues } from '../facts/facts.ts'
import { quotePoint } from '../facts/load.ts'
import { askMetric } from '../facts/metric-queries.ts'
import { memberOf, quoteFrom } from '../quote.ts'
import { excerpt, list, percent } from '../wording.ts'
import { defineSignal, EMPTY, seen, unread } from './signal.ts'

/** True when the alert is about the balancer itself. */
export function isBalancer({ job, alerts }: Facts): boolean {
  return /balancer|proxy|ingress|gateway/i.test(job) || alerts.some(({ labels }) => /balancer|ingress/i.test(labels.job ?? ''))
}

/** The load balancer's list of backends against the instances that run. */
export const balancerList = defineSignal({
  about: 'the load balancer’s list',
  source: 'balancer',
  levels: ['matches', 'differs', 'empty', 'unreachable'],
  abnormal: ['differs', 'empty', 'unreachable'],
  questions: () => [INSTANCES],
  read: ({ instances }) => {
    if (instances.kind !== 'seen') return unread(instances) ?? EMPTY
    const { load_balancer, instances: all } = instances.value
    const running = all.filter(({ state }) => state === 'running').map(({ instance }) => instance)
    if ('error' in load_balancer)
      return seen('unreachable', `the load balancer does not say what it sends to ("${excerpt(load_balancer.error.message, 80)}")`, {
        quote: quoteFrom(instances.call, load_balancer.error.message, load_balancer.error.code),
      })
    const backends = load_balancer.backends.map((url) => url.replace(/^\w+:\/\//, '').replace(/\/$/, ''))
    const quote = quoteFrom(instances.call, ...memberOf('backends', load_balancer.backends), '"backends"')
    if (backends.length === 0) return running.length === 0 ? EMPTY : seen('empty', 'the load balancer has no backend to send to', { quote })
    const known = all.map(({ instance }) => instance)
    const ghosts = backends.filter((backend) => !known.includes(backend))
    const missing = running.filter((name) => !backends.includes(name))
    if (ghosts.length > 0)
      return seen('differs', `the load balancer sends to ${list(ghosts)}, which the process manager does not list`, {
        quote,
        instances: ghosts,
        spared: running,
      })
    if (missing.length > 0 && missing.length < running.length + 1)
      return seen(
        'differs',
        `the load balancer does not send to ${list(missing)}, although ${missing.length === 1 ? 'it runs' : 'they run'}`,
        { quote, instances: missing, spared: running },
      )
    return seen('matches', 'the load balancer sends to the instances that run', { quote })
  },
})

/** Of the balancer's answers: less is a stray, and so much is all of them but what came before. */
const NOTABLE = 0.005
const NEARLY_ALL = 0.9

/** Whether the balancer answers with errors of its own. */
export const balancerErrors = defineSignal({
  about: 'the load balancer’s answers',
  source: 'rate',
  levels: ['all_errors', 'own_errors', 'stray', 'none'],
  abnormal: ['all_errors', 'own_errors'],
  needsAll: ['all_errors', 'none'],
  questions: (facts) => [askMetric('balancer_statuses', facts.job)],
  read: (facts) => {
    const reading = facts.metric('balancer_statuses')
    if (reading.kind !== 'seen') return unread(reading) ?? EMPTY
    const all = presentValues(reading)
    const bad = all.filter(({ labels, value }) => /^50[234]$/.test(labels.status ?? '') && value > 0)
    if (all.length === 0) return EMPTY
    const sum = (of: typeof all) => of.reduce((total, { value }) => total + value, 0)
    const share = sum(bad) / Math.max(sum(all), 1e-9)
    const codes = list(bad.map(({ labels }) => labels.status ?? ''))
    const quote = bad[0] && quotePoint(reading.call, bad[0].series)
    if (share >= NEARLY_ALL) return seen('all_errors', `the load balancer answers every request itself, with ${codes}`, { quote })
    if (bad[0]) return seen(share >= NOTABLE ? 'own_errors' : 'stray', `the load balancer answers ${codes}`, { quote })
    return seen('none', 'the load balancer gives no errors of its own', { quote: all[0] && quotePoint(reading.call, all[0].series) })
  },
})

/** How many requests are tried a second time. */
export const retries = defineSignal({
  about: 'retries',
  source: 'balancer',
  levels: ['many', 'few'],
  abnormal: ['many'],
  settles: { levels: ['few'], seconds: 15 },
  questions: (facts) => [askMetric('retries', facts.job)],
  read: (facts) => {
    const reading = facts.metric('retries')
    const top = largestNow(reading)
    if (!top || reading.kind !== 'seen') return unread(reading) ?? EMPTY
    const quote = quotePoint(reading.call, top.series)
    return top.value >= 0.2
      ? seen(
          'many',
          top.value < 1
            ? `${percent(top.value)} of the requests are tried a second time`
            : `each request is tried ${top.value.toFixed(2)} times more on average`,
          { quote },
        )
      : seen('few', 'few requests are tried a second time', { quote })
  },
})
