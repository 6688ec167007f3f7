import type { Facts } from '../facts/facts.ts'
import { type Symptom, symptomsOf } from '../facts/symptoms.ts'
import type { Seen } from '../signals/signal.ts'
import { type SignalId, signalOf } from '../signals/signals.ts'
import { excerpt, list } from '../wording.ts'
import { isAbnormal, type Observations, seenOf } from './observe.ts'
import type { Told } from './tell.ts'

/** Somebody met something, so that all is well that can be seen is no better than even. */
export const MOST_FOR_A_REPORT = 0.6

/** What is said of having been looked at, the nearest to what people meet first. */
const LOOKED_AT: readonly SignalId[] = [
  'errors',
  'latency',
  'balancerErrors',
  'refusals',
  'traffic',
  'logSilence',
  'running',
  'targets',
  'databaseReach',
  'cpu',
  'memory',
  'recentChange',
]

/** What shows each of them where the person is, and not where we measure. */
const MEASURE: Record<Symptom, string> = {
  errors:
    'Send the reported request from where they are (curl -i), and keep its status, its answer and its request id: an answer of 200 with a wrong content counts as no error here.',
  latency:
    'Time the reported page from where they are (curl -w "%{time_namelookup} %{time_connect} %{time_starttransfer} %{time_total}"): DNS, the way and the browser are not in the service’s own latency.',
  cpu: 'Ask on which machine they saw it, and compare its own CPU figures with those of the instances.',
  memory: 'Ask on which machine they saw it, and compare its own memory figures with those of the instances.',
  availability:
    'Resolve the name and connect from where they are (dig, curl -v): what does not reach the load balancer is counted nowhere here.',
  database: 'Run the reported statement by hand, with its duration and its rows: what the service does not ask is not seen by it.',
  traffic: 'Count at the edge (CDN, DNS, client) what was sent: only what arrives is counted here.',
  monitoring: 'Ask which panel or query looked wrong, and run it by hand.',
  disk: 'Look at the free space of the machine they mean.',
}

/** A person reports something, and no reading confirms it: what was looked at, what was not, and what would show it. Nothing is called a false alarm for that. */
export function unconfirmed(facts: Facts, observations: Observations): Told {
  const looked = LOOKED_AT.flatMap((id): Seen[] => {
    const seen = seenOf(observations, id)
    return seen && !isAbnormal(id, seen) ? [seen] : []
  }).slice(0, 6)
  const failed = [...new Set(LOOKED_AT.flatMap((id) => (observations[id].kind === 'failed' ? [signalOf(id).about] : [])))]
  const unasked = [...new Set(LOOKED_AT.flatMap((id) => (observations[id].kind === 'not_asked' ? [signalOf(id).about] : [])))]
  const [first] = facts.alerts
  const about = first ? ` ("${excerpt(first.summary || first.alertname, 120)}")` : ''
  const symptoms = [...symptomsOf(facts.alerts, undefined)]
  return {
    rootCause: [
      `Somebody reported this${about}, and no reading of ${facts.service} confirms it. That does not show that nothing is wrong: what they met may lie where nothing is measured.`,
      looked.length > 0 ? `Looked at: ${looked.map(({ says }) => says).join('; ')}.` : 'Nothing could be looked at.',
      ...(failed.length > 0 ? [`Could not be seen: ${list(failed)}.`] : []),
      ...(unasked.length > 0 ? [`Not looked at: ${list(unasked.slice(0, 5))}.`] : []),
    ]
      .join(' ')
      .slice(0, 1_000),
    component: facts.service,
    instances: [],
    routes: [],
    nextSteps: [
      'Ask whoever reported it: since when, which page or request, from where, for everybody or for one; one request id or a picture of it.',
      ...symptoms.map((symptom) => MEASURE[symptom]),
      ...(symptoms.length === 0 ? [MEASURE.availability, MEASURE.errors] : []),
      'Once it can be measured, make a metric and a rule of it, so that the next time does not rest on a report.',
    ],
    suggestedFix: undefined,
    place: undefined,
    quotes: looked.flatMap(({ quote }) => quote ?? []),
  }
}
