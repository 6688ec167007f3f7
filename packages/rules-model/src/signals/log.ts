import type { FetchLogsResult } from '@oncall-lab/on-call-agent/functions'
import { loggedOfKind, methodsOf, routesOf, shareOf, topErrorCode } from '../facts/database.ts'
import type { ErrorKind } from '../facts/error-kind.ts'
import { errorsHaveEased } from '../facts/error-rates.ts'
import { type Facts, FIRST_LOGS } from '../facts/facts.ts'
import type { Signature } from '../facts/signatures.ts'
import { isAboutErrors, NOTABLE_ERROR_RATE } from '../facts/symptoms.ts'
import { memberOf, quoteFrom } from '../quote.ts'
import { excerpt } from '../wording.ts'
import { defineSignal, EMPTY, type Signal, seen, unread } from './signal.ts'

const LEVELS = ['dominant', 'some', 'uncounted', 'none'] as const

const isPart = ({ count, entries, templates }: FetchLogsResult) => count > entries.length && templates === undefined

/** Errors of these kinds in the newest minute of the log; `what` names them in the plural. */
function logOf(what: string, ...kinds: ErrorKind[]): Signal<(typeof LEVELS)[number]> {
  return defineSignal({
    about: 'the log',
    source: 'log',
    levels: LEVELS,
    abnormal: ['dominant', 'some'],
    questions: () => [FIRST_LOGS],
    read: (facts) => {
      const { logs } = facts
      if (logs.kind !== 'seen') return unread(logs) ?? EMPTY
      const signatures = loggedOfKind(facts, ...kinds)
      const share = shareOf(signatures)
      const [top] = signatures
      if (!top || share < 0.05)
        return seen('none', `the log${isPart(logs.value.result) ? ', of which the newest entries were read,' : ''} shows no ${what}`, {
          quote: quoteFrom(logs.call, ...memberOf('count', logs.value.result.count)),
        })
      const ofRequests = signatures.some(({ routes }) => routes.length > 0)
      const level = ofRequests && isUncounted(facts) ? 'uncounted' : share >= 0.5 ? 'dominant' : 'some'
      const first = kinds.map((kind) => signatures.find((signature) => signature.kind === kind)).find(Boolean) ?? top
      return seen(level, `the log ${level === 'dominant' ? 'is full of' : 'shows'} ${what}, e.g. "${excerpt(first.message, 120)}"`, {
        quote: quoteFrom(logs.call, first.message),
        text: first.message,
        routes: routesOf(signatures),
        instances: [...new Set(signatures.flatMap(({ instances }) => instances))].sort(),
        notes: methodsOf(signatures),
        over: isOver(signatures, facts),
      })
    },
  })
}

/** What an alert is about was there as it began; with scrapes every five seconds. */
const BEFORE_ALERT_MS = 15_000

function isOver(signatures: Signature[], { startedAt, pace, ...facts }: Facts): boolean {
  const newest = Math.max(...signatures.map(({ last }) => Date.parse(last)))
  return startedAt !== undefined && !isAboutErrors(facts) && newest < startedAt - BEFORE_ALERT_MS * pace
}

/** The counters see requests and no failure: what the log says then has failed nobody. */
function isUncounted(facts: Facts): boolean {
  const { rate } = facts
  if (rate.kind !== 'seen') return false
  // Errors that have stopped are another trouble's, unless the alert is about errors.
  if (!isAboutErrors(facts) && errorsHaveEased(facts).kind === 'yes') return true
  const { last_minute, last_15_seconds } = rate.value
  const worst = Math.max(last_minute.error_rate ?? 1, last_15_seconds.error_rate ?? 0)
  return worst <= NOTABLE_ERROR_RATE / 2 && last_minute.requests_per_second * last_minute.window_seconds >= 30
}

/** One signal for each class of errors. */
export const LOG_SIGNALS = {
  logProgramming: logOf('errors of the code', 'programming'),
  logUnknown: logOf('errors of a kind that I do not know', 'other'),
  logRefused: logOf('refused connections', 'refused'),
  logNoSlots: logOf('connections refused for want of a slot', 'no_slots'),
  logPool: logOf('requests that got no connection from the pool', 'pool_timeout'),
  logLock: logOf('lock time-outs', 'lock_timeout'),
  logDeadlock: logOf('deadlocks', 'deadlock'),
  logStatement: logOf('statements that the database gave up on', 'statement_timeout'),
  logConnection: logOf('lost connections', 'connection'),
  logTimeout: logOf('calls that timed out', 'timeout'),
  logReadOnly: logOf('writes that a read-only database refuses', 'read_only'),
  logStorage: logOf('errors of a store that refuses to work', 'storage'),
  logFileSystem: logOf('a file system that refuses to work', 'file_system'),
  logDisk: logOf('writes that found no space', 'disk'),
  logMemory: logOf('failed allocations', 'memory'),
  logLogin: logOf('refused logins', 'login'),
  logSchema: logOf('queries for what the database does not have', 'schema'),
  logPermission: logOf('denied permissions', 'permission'),
  logData: logOf('values that do not fit', 'data'),
  logConfiguration: logOf('missing or invalid settings', 'configuration'),
  logName: logOf('host names without an address', 'name'),
  logCertificate: logOf('certificates that are not accepted', 'certificate'),
  logQuota: logOf('refusals for a limit that is used up', 'quota'),
  logUpstream: logOf('failures of another service', 'upstream'),
  logResource: logOf('operations that ran out of descriptors or ports', 'resource'),
}

const READS = /^(GET|HEAD|OPTIONS)$/

/** Whether only requests that change something meet lock and statement time-outs. */
export const waitingMethods = defineSignal({
  about: 'the methods of the requests that wait',
  source: 'routes',
  levels: ['writes_only', 'reads_too'],
  abnormal: [],
  questions: () => [],
  read: (facts) => {
    if (facts.logs.kind !== 'seen') return unread(facts.logs) ?? EMPTY
    const gaveUp = loggedOfKind(facts, 'lock_timeout', 'statement_timeout')
    const methods = methodsOf(gaveUp)
    if (methods.length === 0) return EMPTY
    const quote = quoteFrom(facts.logs.call, ...memberOf('method', methods[0]))
    return methods.some((method) => READS.test(method))
      ? seen('reads_too', 'reads are given up as well, which row locks do not stop', { quote })
      : seen('writes_only', `only writes are given up (${methods.join(', ')})`, { quote })
  },
})

/** Requests fail, and the log does not say at what. */
export const logSilence = defineSignal({
  about: 'the log',
  source: 'log',
  levels: ['silent', 'speaks', 'quiet'],
  abnormal: ['silent'],
  questions: () => [FIRST_LOGS],
  read: (facts) => {
    const { logs, rate } = facts
    if (logs.kind !== 'seen') return unread(logs) ?? EMPTY
    const quote = quoteFrom(logs.call, ...memberOf('count', logs.value.result.count))
    if (logs.value.result.count > 0) return seen('speaks', 'the log holds errors', { quote })
    const failing = rate.kind === 'seen' && (rate.value.last_minute.error_rate ?? 0) > NOTABLE_ERROR_RATE
    return failing
      ? seen('silent', 'the log holds no error although requests fail', { quote })
      : seen('quiet', 'the log holds no error', { quote })
  },
})

/** A refused connection whose address has a well-known database port, or words that only a database server says. */
const DATABASE_PORT =
  /[:\s(](5432|5433|6432|15432|3306|27017|1433|1521)\b|database system is|terminating connection due to|\bpostgres|\bmysql/i

/** What refuses connections: a database, or something else behind an address. */
export const refusedWhom = defineSignal({
  about: 'who refuses connections',
  source: 'database',
  levels: ['database', 'other'],
  abnormal: [],
  questions: () => [],
  read: (facts) => {
    const [top] = loggedOfKind(facts, 'refused', 'name', 'timeout')
    if (!top || facts.logs.kind !== 'seen') return EMPTY
    // What the service counts as an error of its database is one, whatever the port.
    const counted = top.kind === 'refused' && topErrorCode(facts)?.code === 'ECONNREFUSED'
    const coded = counted || top.entries.some(({ code }) => code !== undefined && /^57P/.test(code))
    const address = /(?<![\w.-])[\w.-]+:\d{2,5}\b/.exec(top.message)?.[0]
    if (!coded && !DATABASE_PORT.test(top.message) && address === undefined) return EMPTY
    return coded || DATABASE_PORT.test(top.message)
      ? seen('database', 'the address is a database’s', { quote: quoteFrom(facts.logs.call, top.message), text: address })
      : seen('other', `the address ${address} is no database’s`, { quote: quoteFrom(facts.logs.call, top.message), text: address })
  },
})
