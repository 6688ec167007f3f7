import { GET_EVENTS, GET_NODES, GET_PODS } from '../facts/cluster.ts'
import { errorsHaveEased } from '../facts/error-rates.ts'
import { ERROR_RATE, type Facts, FIRST_LOGS, INSTANCES, keyOf, RUNTIME } from '../facts/facts.ts'
import { CHECK_HOST } from '../facts/hosts.ts'
import { askAlertState, askMetric, type Question } from '../facts/metric-queries.ts'
import { FRESH_LOGS, overScrapes } from '../facts/scrape-windows.ts'
import type { Family } from '../families/family.ts'
import { easeQuestions } from '../signals/ease.ts'
import { givesUpStatements, LOCKS, SLOTS, TABLES } from '../signals/inside-database.ts'
import { SESSIONS } from '../signals/pool-work.ts'
import { CHANGES } from '../signals/recent-change.ts'
import { rememberedCauses, SIMILAR } from '../signals/remembered.ts'
import { REPLICATION } from '../signals/replication.ts'
import { type SignalId, signalOf } from '../signals/signals.ts'
import type { Call } from '../transcript.ts'
import { judge, mainSymptoms, type Verdict } from './judge.ts'
import { type Observations, observe, seenOf } from './observe.ts'

/** What is asked first, as far as it is offered. */
const FIRST: readonly Question[] = [FIRST_LOGS, ERROR_RATE, CHECK_HOST, GET_PODS, GET_NODES]
/** Above this nothing is left to ask. */
const SURE = 0.93
/** The agent takes no more calls in one answer. */
const MOST_AT_ONCE = 12
/** Causes this far behind the best are not asked about any more. */
const OPEN_NATS = 3
const MOST_OPEN = 9
/** Of each cause, so many of its questions at a time. */
const MOST_SIGNALS = 6
/** With those for the rivals, those on top and the notes the agent takes no more in one investigation. */
const MOST_LOOKS = 20
/** Kept for what tells the two likeliest causes apart, which is known late. */
const FOR_RIVALS = 4
const RIVALS = 2
/**
 * Looks at where it runs come on top: whoever sees a cluster or a machine learns no less of the service itself. And so does the inside of the database: that requests wait for it
 * is known late.
 */
const ON_TOP = new Set([GET_PODS, GET_NODES, GET_EVENTS, CHECK_HOST, LOCKS, SESSIONS, TABLES, REPLICATION].map(({ tool }) => tool))

/**
 * What to ask next, all of it in parallel: first the log and the error rate; then where it is and what changed, which no budget cuts; then whatever tells the causes
 * apart that are still open. A question is asked again at most once, and only when its first answer was a failure that may pass. Empty when it is time to conclude.
 */
export function nextQuestions(facts: Facts, tools: string[]): Question[] {
  const offered = ({ tool }: Question) => tools.includes(tool)
  if (facts.calls.length === 0) return FIRST.filter(offered)
  const observations = observe(facts)
  const verdicts = judge(facts, observations)
  const [best] = verdicts
  const always = [...FIRST, ...scopeQuestions(facts, tools), SIMILAR, ...whenBlind(facts), ...whenItWaits(facts, observations)]
  if (best?.family.cause === 'out_of_sight' && best.probability > SURE / 2) return []
  const settled = best !== undefined && best.probability >= SURE ? questionsOf(best.family, facts) : []
  const wanted =
    best && best.probability >= SURE
      ? [...always, ...settled, ...ifCalm(facts)]
      : [
          ...always,
          ...ifCalm(facts),
          ...familiesToAsk(facts, verdicts).flatMap((family) => questionsOf(family, facts)),
          ...whenSilent(facts),
        ]
  return unasked(facts.calls, overScrapes(wanted, facts.job, facts.scrapeSeconds))
    .filter((question) => offered(question) && !(isDead(facts) && OF_PROMETHEUS.test(question.tool)))
    .filter(withinBudget(facts, verdicts))
    .slice(0, MOST_AT_ONCE)
}

function withinBudget(facts: Facts, verdicts: Verdict[]): (question: Question) => boolean {
  const isCounted = (tool: string) => !ON_TOP.has(tool)
  const rivals = verdicts.slice(0, RIVALS).flatMap(({ family }) => questionsOf(family, facts))
  const ofRivals = new Set(overScrapes(rivals, facts.job, facts.scrapeSeconds).map(keyOf))
  let made = facts.calls.filter(({ name }) => isCounted(name)).length
  return (question) => {
    if (!isCounted(question.tool)) return true
    const isWithin = made < MOST_LOOKS + (ofRivals.has(keyOf(question)) ? FOR_RIVALS : 0)
    if (isWithin) made += 1
    return isWithin
  }
}

const ABOUT_FILES = /open_?files?|descriptor|_fds|sockets?\b/i

/** Where it is, what changed, and whether it still fires. */
function scopeQuestions({ job, subject, symptoms, alerts }: Facts, tools: string[]): Question[] {
  const isSlow = symptoms.has('latency') || symptoms.has('database')
  return [
    INSTANCES,
    CHANGES,
    askMetric('up', job),
    askMetric('jobs_up', job),
    // Whether the load is the customers' or made on the way decides whom to look at.
    ...(isSlow
      ? [askMetric('mean_by_instance', job), askMetric('p95_by_route', job), askMetric('retries', job), askMetric('traffic', job)]
      : []),
    // The list of changes tells it too.
    ...(tools.includes(CHANGES.tool) ? [] : [askMetric('replicas_wanted', job)]),
    // What its controllers were refused, no list of pods shows.
    ...(tools.includes(GET_PODS.tool) ? [GET_EVENTS] : []),
    ...(symptoms.has('disk') ? [REPLICATION] : []),
    ...(alerts.some(({ alertname, summary }) => ABOUT_FILES.test(`${alertname} ${summary}`)) ? [askMetric('open_files', job)] : []),
    ...(subject.alertnames.length > 0 ? [askAlertState(subject.alertnames)] : []),
  ]
}

/** Prometheus does not answer: the instances themselves may. */
function whenBlind({ calls }: Facts): Question[] {
  const failed = calls.filter(({ name, outcome }) => /^(query_prometheus|compute_error_rate)$/.test(name) && outcome.kind === 'failed')
  const answered = calls.some(({ name, outcome }) => name === 'query_prometheus' && outcome.kind === 'ok')
  return failed.length > 0 && !answered ? [RUNTIME] : []
}

/** Requests wait for connections or answers of the database, or it gives up what takes too long: why is to be seen inside the database alone, and comes before all that is left to ask. */
function whenItWaits(facts: Facts, observations: Observations): Question[] {
  const waits = /full|starved/.test(seenOf(observations, 'pool')?.level ?? '') || seenOf(observations, 'phases')?.level === 'database'
  return [
    ...(waits ? [LOCKS, SESSIONS, TABLES] : givesUpStatements(facts) ? [LOCKS, TABLES] : []),
    ...(facts.symptoms.has('database') || facts.symptoms.has('latency') ? [SLOTS] : []),
  ]
}

const OF_PROMETHEUS = /^(?:query_prometheus|compute_error_rate|get_alert_expression|get_monitoring_health)$/
/** What has failed so often and never answered is not asked for more: others may be. */
const SILENT_AFTER = 3

function isDead({ calls }: Facts): boolean {
  const asked = calls.filter(({ name }) => OF_PROMETHEUS.test(name))
  return (
    asked.filter(({ outcome }) => outcome.kind === 'failed').length >= SILENT_AFTER && asked.every(({ outcome }) => outcome.kind !== 'ok')
  )
}

/** What a similar incident was is asked about first, together with the likeliest: if one of them stands out, the rest need not be asked. */
function familiesToAsk(facts: Facts, verdicts: Verdict[]): Family[] {
  const open = openFamilies(verdicts)
  const remembered = open.filter(({ cause }) => rememberedCauses(facts).includes(cause))
  const first = [...new Set([...remembered, ...open.slice(0, 1)])]
  const isAsked =
    unasked(
      facts.calls,
      overScrapes(
        first.flatMap((family) => questionsOf(family, facts)),
        facts.job,
        facts.scrapeSeconds,
      ),
    ).length === 0
  return remembered.length > 0 && !isAsked ? first : open
}

function openFamilies(verdicts: Verdict[]): Family[] {
  const best = Math.max(...verdicts.map(({ assessment }) => assessment.nats))
  return verdicts
    .filter(({ assessment }) => assessment.nats >= best - OPEN_NATS)
    .slice(0, MOST_OPEN)
    .map(({ family }) => family)
}

/** A family's questions: its own list, or the most telling of its evidence. */
function questionsOf(family: Family, facts: Facts): Question[] {
  const weight = (id: SignalId) => Math.max(...Object.values(family.evidence[id] ?? {}).map((each) => Math.abs(each ?? 0)))
  const ids = family.next ?? (Object.keys(family.evidence) as SignalId[]).sort((a, b) => weight(b) - weight(a)).slice(0, MOST_SIGNALS)
  return ids.flatMap((id) => signalOf(id).questions(facts))
}

/** When requests seem to succeed again, the newest log entries, the alert's own signal and whether its rule was ever true decide. */
function ifCalm(facts: Facts): Question[] {
  const calm = facts.rate.kind === 'seen' && facts.rate.value.last_15_seconds.error_rate === 0
  const logged = facts.logs.kind === 'seen' && facts.logs.value.result.count > 0
  return calm && (logged || errorsHaveEased(facts).kind === 'yes')
    ? [FRESH_LOGS, ...easeQuestions(mainSymptoms(facts), facts), ...signalOf('rule').questions(facts)]
    : []
}

/** Requests fail and the log is silent or unreadable: what is left is to look at the way to the processes. */
function whenSilent({ symptoms, logs, job }: Facts): Question[] {
  const silent = logs.kind !== 'seen' || logs.value.result.count === 0
  return symptoms.has('errors') && silent ? [askMetric('balancer_statuses', job), askMetric('retries', job)] : []
}

function unasked(calls: Call[], wanted: Question[]): Question[] {
  const byKey = new Map(wanted.map((question) => [keyOf(question), question]))
  return [...byKey].filter(([key]) => mayAsk(calls.filter((call) => call.key === key))).map(([, question]) => question)
}

function mayAsk(before: Call[]): boolean {
  const [only] = before
  if (!only) return true
  if (before.length > 1) return false
  return only.outcome.kind === 'garbled' || (only.outcome.kind === 'failed' && !isFinal(only.outcome.code))
}

/** Failures that asking again does not change. */
function isFinal(code: string): boolean {
  return /too_large|not_found|no_such|forbidden|denied|invalid|unauthori|unsupported|bad_/i.test(code)
}
