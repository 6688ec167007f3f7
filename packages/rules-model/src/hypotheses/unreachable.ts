import { recentDeaths } from '../facts/deaths.ts'
import { type Facts, INSTANCES, presentValues } from '../facts/facts.ts'
import { quotePoint } from '../facts/load.ts'
import { askMetric } from '../facts/metric-queries.ts'
import { samplesOf } from '../facts/series.ts'
import { memberOf, quoteFrom } from '../quote.ts'
import { list } from '../wording.ts'
import type { Assessment, Ease, Hypothesis } from './hypothesis.ts'

/** Nobody is there to answer: no instance runs, the balancer knows none, or a process runs and does not answer. */
export const unreachable: Hypothesis = {
  id: 'unreachable',
  name: 'Instances that are missing or do not answer',
  explains: ['availability'],
  questions: (facts) =>
    facts.symptoms.has('availability')
      ? [INSTANCES, ...(['up', 'balancer_statuses', 'lag', 'p95'] as const).map((name) => askMetric(name, facts.job))]
      : [],
  assess,
  conclude: (facts) => {
    const situation = situationOf(facts)
    return {
      rootCause: situation.says,
      component:
        situation.kind === 'no_backends' || situation.kind === 'balancer_gone' ? 'load balancer' : `${facts.service} (availability)`,
      instances: situation.instances,
      routes: [],
      nextSteps: {
        none_run: [
          'Start instances: the process manager lists none that runs.',
          'Find out who stopped them: the process manager’s own log and the last deployment.',
        ],
        no_backends: [
          'Look at the load balancer’s log: it sends to nobody although instances run.',
          'Check that it can ask the process manager for its backends.',
        ],
        mute: [
          'Ask one of the named instances for /healthz by hand; if it hangs, take a CPU profile or a stack dump before restarting it.',
          'Take it out of rotation.',
        ],
        balancer_gone: [
          'Start the load balancer again; until then nobody reaches the shop.',
          'Read its log and its standard error at the end, and the kernel’s log for a kill.',
        ],
        target_down: [
          'Check that the process behind the target runs and listens on that port.',
          'Check the network path from Prometheus to it.',
        ],
        reachable: ['Check the alert’s rule: everything it speaks of answers.'],
      }[situation.kind],
      suggestedFix: undefined,
      place: undefined,
    }
  },
  hasEased,
}

interface Situation {
  kind: 'none_run' | 'no_backends' | 'balancer_gone' | 'mute' | 'target_down' | 'reachable'
  instances: string[]
  says: string
}

function downNow(facts: Facts): string[] {
  return presentValues(facts.metric('up')).flatMap(({ labels, value }) => (value === 0 ? [labels.instance ?? '?'] : []))
}

/** The alert is about the balancer itself. */
function isBalancer({ job, alerts }: Facts): boolean {
  return /balancer/i.test(job) || alerts.some(({ labels }) => /balancer/i.test(labels.job ?? '') && /down/i.test(labels.alertname ?? ''))
}

function situationOf(facts: Facts): Situation {
  const { instances: reading, service, job } = facts
  const down = downNow(facts)
  if (reading.kind === 'seen') {
    const { instances, load_balancer } = reading.value
    const running = instances.filter(({ state }) => state === 'running').map(({ instance }) => instance)
    const concerned = job === 'unknown' || down.length === 0 || down.some((name) => instances.some(({ instance }) => instance === name))
    if (running.length === 0) {
      const states = instances.map(({ instance, state }) => `${instance} is in ${state}`)
      return {
        kind: 'none_run',
        instances: instances.map(({ instance }) => instance),
        says: `No instance of ${service} runs: ${instances.length === 0 ? 'the process manager lists none' : list(states)}.`,
      }
    }
    if ('backends' in load_balancer && load_balancer.backends.length === 0)
      return {
        kind: 'no_backends',
        instances: [],
        says: `The load balancer has no backend to send to, although ${list(running)} ${running.length === 1 ? 'runs' : 'run'}.`,
      }
    if (isBalancer(facts) && down.length > 0 && 'error' in load_balancer)
      return {
        kind: 'balancer_gone',
        instances: [],
        says: `The load balancer does not answer, neither Prometheus nor a question for its backends, although ${list(running)} ${running.length === 1 ? 'runs' : 'run'}: nobody reaches the shop through it.`,
      }
    const mute = down.filter((name) => running.includes(name))
    if (concerned && mute.length > 0)
      return {
        kind: 'mute',
        instances: mute,
        says: `${list(mute)} of ${service} ${mute.length === 1 ? 'runs but does' : 'run but do'} not answer Prometheus: hung, or too busy to answer in time.`,
      }
  }
  if (down.length > 0)
    return {
      kind: 'target_down',
      instances: down,
      says: `${list(down)} (job ${job}) does not answer Prometheus. Why cannot be told from here.`,
    }
  return { kind: 'reachable', instances: [], says: `All that could be seen of ${service} answers.` }
}

function assess(facts: Facts): Assessment {
  const assessment: Assessment = { for: [], against: [], unseen: [] }
  const situation = situationOf(facts)
  const { instances } = facts
  const up = facts.metric('up')
  if (facts.symptoms.has('availability') && up.kind === 'unseen') assessment.unseen.push(`which targets are up (${up.why})`)
  if (situation.kind === 'reachable') {
    if (presentValues(up).length > 0) assessment.against.push({ source: 'up', weight: 0.8, says: 'every target answers Prometheus' })
    return assessment
  }
  const died = recentDeaths(facts).length > 0
  if (instances.kind === 'seen' && ['none_run', 'no_backends', 'balancer_gone', 'mute'].includes(situation.kind)) {
    const { load_balancer, instances: all } = instances.value
    const quote = quoteFrom(
      instances.call,
      ...('backends' in load_balancer
        ? memberOf('backends', load_balancer.backends)
        : [load_balancer.error.message, load_balancer.error.code]),
      ...memberOf('state', all[0]?.state),
      '"instances":[]',
    )
    assessment.for.push({ source: 'instances', weight: died ? 0.5 : 0.6, says: situation.says.replace(/\.$/, ''), quote })
  }
  const [down] = up.kind === 'seen' ? up.value.filter((series) => samplesOf(series).at(-1)?.value === 0) : []
  if (down && up.kind === 'seen')
    assessment.for.push({
      source: 'up',
      weight: 0.5,
      says: `up is 0 for ${list(downNow(facts)) || down.labels.instance}`,
      quote: quotePoint(up.call, down),
    })
  if (up.kind === 'seen' && up.value.length === 0)
    assessment.for.push({
      source: 'up',
      weight: 0.4,
      says: `Prometheus knows no target of job ${facts.job}`,
      quote: quoteFrom(up.call, '"series":[]'),
    })
  weighBalancer(facts, assessment)
  if (died)
    assessment.against.push({ source: 'restarts', weight: 0.3, says: 'processes died and are being restarted, which explains the gap' })
  return assessment
}

function weighBalancer(facts: Facts, assessment: Assessment): void {
  const reading = facts.metric('balancer_statuses')
  const bad = presentValues(reading).filter(({ labels, value }) => /^50[234]$/.test(labels.status ?? '') && value > 0)
  if (bad[0] && reading.kind === 'seen')
    assessment.for.push({
      source: 'rate',
      weight: 0.3,
      says: `the load balancer answers ${list(bad.map(({ labels }) => labels.status ?? ''))} itself`,
      quote: quotePoint(reading.call, bad[0].series),
    })
}

function hasEased(facts: Facts): Ease {
  const now = presentValues(facts.metric('up'))
  if (now.length === 0) return { kind: 'unknown', says: 'which targets are up could not be seen' }
  const down = downNow(facts)
  if (down.length > 0) return { kind: 'no', says: `${list(down)} ${down.length === 1 ? 'does' : 'do'} not answer Prometheus` }
  const before = now.filter(({ series }) => samplesOf(series).some(({ value }) => value === 0)).map(({ labels }) => labels.instance ?? '?')
  return before.length > 0
    ? { kind: 'yes', says: `${list(before)} was down and answers again` }
    : { kind: 'unknown', says: 'every target answers' }
}
