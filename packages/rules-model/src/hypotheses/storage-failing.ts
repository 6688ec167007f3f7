import { checkCode } from '../facts/code-check.ts'
import { databaseQuestions, databaseReach, loggedOfKind, routesOf } from '../facts/database.ts'
import { isDependencyError } from '../facts/error-kind.ts'
import { errorsHaveEased, rateFindings } from '../facts/error-rates.ts'
import { askCode, type Facts, INSTANCES } from '../facts/facts.ts'
import { causeOfOtherErrors } from '../facts/other-errors.ts'
import { type Signature, sharedFrame } from '../facts/signatures.ts'
import { sayWhere, whereErrorsAre } from '../facts/where.ts'
import { memberOf, quoteFrom } from '../quote.ts'
import { excerpt, list, percent, sentence } from '../wording.ts'
import type { Assessment, Hypothesis } from './hypothesis.ts'

/** Calls to the store behind the service fail though it is there: connections are lost on the way, calls time out, or the store refuses to work. */
export const storageFailing: Hypothesis = {
  id: 'storage_failing',
  name: 'Connections to the store that are lost, or a store that refuses to work',
  explains: ['errors', 'database'],
  questions: (facts) => {
    const frame = sharedFrame(suspects(facts))
    return suspects(facts).length === 0 ? [] : [INSTANCES, ...(frame ? [askCode(frame.file, frame.line)] : []), ...databaseQuestions(facts)]
  },
  assess,
  conclude: (facts) => {
    const signatures = suspects(facts)
    const frame = sharedFrame(signatures)
    const where = whereErrorsAre(facts)
    return {
      rootCause: rootCause(facts, signatures),
      component: 'item store (database connection)',
      instances: where.instances,
      routes: routesOf(signatures),
      nextSteps: [
        `Check the database that ${facts.service} uses: is it up, does it accept connections, what does its own log say?`,
        where.kind === 'only'
          ? `Take ${where.instances.join(', ')} out of rotation or restart it: the other instances reach the store, so its own connection is broken.`
          : 'Look for what all instances share: network path, credentials, connection limit, a restart or failover of the database.',
        `Compare the times of the failures with restarts and deployments of the database and of ${facts.service}.`,
      ],
      suggestedFix: frame
        ? `Reconnect and retry once (reads) or answer 503 at ${frame.file}:${frame.line}. That softens it; the cause is the lost connection, not this line.`
        : undefined,
      place: frame && { file: frame.file, line: frame.line },
    }
  },
  hasEased: errorsHaveEased,
}

/** What has a cause of its own (no slot, no lock, a full pool) is not among them; a refused connection is, as long as the database answers others. */
function suspects(facts: Facts): Signature[] {
  return loggedOfKind(facts, 'connection', 'timeout', 'storage', ...(databaseReach(facts)?.kind === 'all' ? (['refused'] as const) : []))
}

function assess(facts: Facts): Assessment {
  const assessment: Assessment = { for: [], against: [], unseen: [] }
  const signatures = suspects(facts)
  const [first] = signatures
  if (facts.logs.kind !== 'seen') return assessment
  if (!first) {
    const says = facts.logs.value.signatures.some(({ kind }) => isDependencyError(kind))
      ? 'the log names something more exact than lost connections'
      : facts.logs.value.signatures[0]
        ? 'no log entry speaks of a database or a connection'
        : 'the log holds no error'
    assessment.against.push({ source: 'log', weight: 0.8, says })
    return assessment
  }
  const share = signatures.reduce((sum, signature) => sum + signature.share, 0)
  assessment.for.push({
    source: 'log',
    weight: 0.2 + 0.35 * share,
    says: `${percent(share)} of the newest log entries are failures of a connection or a database, e.g. "${excerpt(first.message, 100)}"`,
    quote: quoteFrom(facts.logs.call, first.message),
  })
  const rate = rateFindings(facts, routesOf(signatures))
  assessment.for.push(...rate.for)
  assessment.against.push(...rate.against)
  weighReach(facts, assessment)
  weighCode(facts, signatures, assessment)
  weighProcesses(facts, assessment)
  return assessment
}

/** A database that is gone as a whole is another story than connections that break. */
function weighReach(facts: Facts, assessment: Assessment): void {
  const reach = databaseReach(facts)
  if (reach?.kind === 'all') assessment.for.push({ source: 'up', weight: 0.2, says: reach.says, quote: reach.quote })
  if (reach?.kind === 'none') assessment.against.push({ source: 'up', weight: 0.5, says: reach.says, quote: reach.quote })
  const refused = loggedOfKind(facts, 'refused')
  if (refused[0] && reach?.kind !== 'all')
    assessment.against.push({ source: 'log', weight: 0.3, says: `new connections are refused ("${excerpt(refused[0].message, 80)}")` })
}

function weighCode(facts: Facts, signatures: Signature[], assessment: Assessment): void {
  const frame = sharedFrame(signatures)
  const [first] = signatures
  if (!frame || !first) return
  const { file, line } = frame
  const code = facts.code(file, line)
  if (code.kind === 'unseen') assessment.unseen.push(`the code at ${file}:${line} (${code.why})`)
  if (code.kind !== 'seen') return
  const text = checkCode({ ...first, frame }, code.value)?.line
  if (text === undefined) return
  const quote = quoteFrom(code.call, text)
  if (/[\w$\])]\s*[(.`]/.test(text))
    assessment.for.push({ source: 'code', weight: 0.5, says: `${file}:${line} only passes the call on ("${excerpt(text, 80)}")`, quote })
}

/** Processes that ran through are a small sign: it is not they that broke. */
function weighProcesses({ instances, startedAt }: Facts, assessment: Assessment): void {
  if (instances.kind !== 'seen' || instances.value.instances.length === 0) return
  const all = instances.value.instances
  const early = (at: string | null) => startedAt === undefined || at === null || Date.parse(at) < startedAt - 60_000
  if (all.every(({ state, started_at }) => state === 'running' && early(started_at)))
    assessment.for.push({
      source: 'instances',
      weight: 0.3,
      says: `all ${all.length} processes have run through without a restart`,
      quote: quoteFrom(instances.call, ...memberOf('started_at', all[0]?.started_at)),
    })
}

function rootCause(facts: Facts, signatures: Signature[]): string {
  const [first] = signatures
  if (!first) return 'Calls to the store fail.'
  const routes = routesOf(signatures)
  const how: Partial<Record<Signature['kind'], string>> = {
    timeout: 'the item store does not answer in time',
    storage: 'the item store refuses to work',
  }
  const share = rateFindings(facts, routes).for[0]?.says
  const frame = sharedFrame(signatures)
  const place = frame ? ` It surfaces at ${frame.file}:${frame.line}; that line makes the call and is not necessarily the cause.` : ''
  const unread = frame && facts.code(frame.file, frame.line).kind === 'unseen' ? ' The code could not be read.' : ''
  const what = how[first.kind] ?? 'the connection to the item store is being lost'
  const reach = databaseReach(facts)
  const there = reach?.kind === 'all' ? ` ${sentence(reach.says)}` : ''
  return `${what.charAt(0).toUpperCase()}${what.slice(1)}${sayWhere(whereErrorsAre(facts))}: calls fail with "${excerpt(first.message, 160)}" on ${
    list(routes.slice(0, 4)) || 'unnamed routes'
  }${routes.length > 1 ? `: ${routes.length} routes, which points at what they share` : ''}.${share ? ` ${share.charAt(0).toUpperCase()}${share.slice(1)}.` : ''}${there}${place}${unread}${causeOfOtherErrors(facts, ...signatures)}`
}
