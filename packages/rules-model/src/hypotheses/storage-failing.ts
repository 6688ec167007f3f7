import { checkCode } from '../facts/code-check.ts'
import { isDependencyError } from '../facts/error-kind.ts'
import { errorsHaveEased, rateFindings } from '../facts/error-rates.ts'
import { askCode, type Facts, INSTANCES } from '../facts/facts.ts'
import { causeOfOtherErrors } from '../facts/other-errors.ts'
import { type Signature, sharedFrame } from '../facts/signatures.ts'
import { sayWhere, whereErrorsAre } from '../facts/where.ts'
import { memberOf, quoteFrom } from '../quote.ts'
import { excerpt, list, percent } from '../wording.ts'
import type { Assessment, Hypothesis } from './hypothesis.ts'

/** Calls to the store behind the service fail: the connection is lost, refused or used up, or the database refuses to work. */
export const storageFailing: Hypothesis = {
  id: 'storage_failing',
  name: 'The store behind the service fails (lost, refused or exhausted connections)',
  explains: ['errors'],
  questions: (facts) => {
    const frame = sharedFrame(suspects(facts))
    return suspects(facts).length === 0 ? [] : [INSTANCES, ...(frame ? [askCode(frame.file, frame.line)] : [])]
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

function suspects({ logs }: Facts): Signature[] {
  return logs.kind === 'seen' ? logs.value.signatures.filter(({ kind, share }) => isDependencyError(kind) && share > 0) : []
}

function routesOf(signatures: Signature[]): string[] {
  return [...new Set(signatures.flatMap(({ routes }) => routes))].sort()
}

function assess(facts: Facts): Assessment {
  const assessment: Assessment = { for: [], against: [], unseen: [] }
  const signatures = suspects(facts)
  const [first] = signatures
  if (facts.logs.kind !== 'seen') return assessment
  if (!first) {
    const says = facts.logs.value.signatures[0] ? 'no log entry speaks of a database or a connection' : 'the log holds no error'
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
  weighCode(facts, signatures, assessment)
  weighProcesses(facts, assessment)
  return assessment
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
  const how = {
    connection: 'the connection to the item store is being lost',
    overload: 'the item store has no connection left to give',
    timeout: 'the item store does not answer in time',
    storage: 'the item store refuses to work',
    programming: '',
    other: '',
  }[first.kind]
  const share = rateFindings(facts, routes).for[0]?.says
  const frame = sharedFrame(signatures)
  const place = frame ? ` It surfaces at ${frame.file}:${frame.line}; that line makes the call and is not necessarily the cause.` : ''
  const unread = frame && facts.code(frame.file, frame.line).kind === 'unseen' ? ' The code could not be read.' : ''
  return `${how.charAt(0).toUpperCase()}${how.slice(1)}${sayWhere(whereErrorsAre(facts))}: calls fail with "${excerpt(first.message, 160)}" on ${
    list(routes.slice(0, 4)) || 'unnamed routes'
  }${routes.length > 1 ? `: ${routes.length} routes, which points at what they share` : ''}.${share ? ` ${share.charAt(0).toUpperCase()}${share.slice(1)}.` : ''}${place}${unread}${causeOfOtherErrors(facts, ...signatures)}`
}
