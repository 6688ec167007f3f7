import { cpuFinding, cpuPerRequest, latencyNow, SLOW_SECONDS, trafficNow } from '../facts/load.ts'
import { askMetric } from '../facts/metric-queries.ts'
import { duration } from '../wording.ts'
import type { Assessment, Hypothesis } from './hypothesis.ts'
import { latencyHasEased } from './slow-dependency.ts'

/** More requests than before; each costs what it always did. */
export const trafficSurge: Hypothesis = {
  id: 'traffic_surge',
  name: 'More traffic than before',
  explains: ['cpu', 'latency'],
  questions: (facts) =>
    facts.symptoms.has('cpu') || facts.symptoms.has('latency') ? [askMetric('traffic', facts.job), askMetric('cpu', facts.job)] : [],
  assess: (facts) => {
    const assessment: Assessment = { for: [], against: [], unseen: [] }
    const traffic = trafficNow(facts)
    if (!traffic) return assessment
    const { before, present, says, quote } = traffic
    if (before === undefined) return { ...assessment, unseen: ['how much traffic is usual'] }
    if (present < 1.5 * before) return { ...assessment, against: [{ source: 'traffic', weight: 0.9, says, quote }] }
    assessment.for.push({ source: 'traffic', weight: present >= 2 * before ? 0.55 : 0.35, says, quote })
    const cost = cpuPerRequest(facts)
    if (cost?.before !== undefined) {
      const finding = { source: 'cost' as const, says: `a request costs ${duration(cost.now)} of CPU now, ${duration(cost.before)} before` }
      if (cost.now < 1.5 * cost.before) assessment.for.push({ ...finding, weight: 0.45 })
      else assessment.against.push({ ...finding, weight: 0.5 })
    }
    const cpu = cpuFinding(facts)
    if (cpu?.busy) assessment.for.push({ source: 'cpu', weight: 0.4, says: cpu.says, quote: cpu.quote })
    // What is not used up cannot be the reason.
    else if (cpu)
      assessment.against.push({
        source: 'cpu',
        weight: 0.6,
        says: `${cpu.says}, so it is not the computing power that lacks`,
        quote: cpu.quote,
      })
    const latency = latencyNow(facts)
    if (latency && latency.value >= SLOW_SECONDS)
      assessment.for.push({
        source: 'latency',
        weight: 0.25,
        says: `95 % of the answers take up to ${duration(latency.value)}`,
        quote: latency.quote,
      })
    return assessment
  },
  conclude: (facts) => ({
    rootCause: `More traffic than ${facts.service} has capacity for: ${trafficNow(facts)?.says ?? 'traffic rose'}. ${cpuFinding(facts)?.says ?? 'CPU could not be seen'}; each request costs about what it did before.`,
    component: `${facts.service} (capacity)`,
    instances: [],
    routes: [],
    nextSteps: [
      'Add instances, or limit the rate at the load balancer, until the requests are served in time again.',
      'Find out where the additional requests come from: a campaign, a retrying client, a crawler.',
    ],
    suggestedFix: undefined,
    place: undefined,
  }),
  hasEased: latencyHasEased,
}
