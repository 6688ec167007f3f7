import {
  CheckConnectionResult,
  ConnectionStatsResult,
  LockInfoResult,
  TableStatsResult,
} from '@oncall-lab/on-call-agent/database-functions'
import { queuedStatement } from '../facts/blocking-session.ts'
import { concernsDatabase, loggedOfKind } from '../facts/database.ts'
import type { Facts } from '../facts/facts.ts'
import type { Question } from '../facts/metric-queries.ts'
import { missingIndex, readWhole } from '../facts/missing-index.ts'
import { memberOf, quoteFrom } from '../quote.ts'
import { duration, excerpt, list } from '../wording.ts'
import { defineSignal, EMPTY, seen, unread } from './signal.ts'

const ask = (tool: string): Question => ({ tool, args: {} })
export const LOCKS = ask('get_lock_info')
export const SLOTS = ask('get_connection_stats')
export const TABLES = ask('get_table_stats')
const DOOR = ask('check_connection')

/** Whether requests wait for the database, or may: only then is it worth a second of looking inside. */
const mayWait = (facts: Facts) => concernsDatabase(facts) || facts.symptoms.has('latency')
/** Who a session is: its application, else its role and address. */
export const nameOf = ({ application, user, client }: { application: string; user: string; client: string }) =>
  application || (user === '' ? 'the server itself' : `${user} at ${client}`)

/** A connection and the smallest statement take a few milliseconds. */
const SLOW_DOOR_MS = 250

/** Whether the database lets the agent in, and what it says when not. */
export const databaseDoor = defineSignal({
  about: 'whether the database lets anybody in',
  source: 'door',
  levels: ['open', 'slow', 'refused', 'silent'],
  abnormal: ['slow', 'refused', 'silent'],
  questions: (facts) => (concernsDatabase(facts) ? [DOOR] : []),
  read: (facts) => {
    const reading = facts.result(CheckConnectionResult, DOOR)
    if (reading.kind !== 'seen') return unread(reading) ?? EMPTY
    const { reachable, milliseconds, error } = reading.value
    if (reachable)
      return seen(
        milliseconds < SLOW_DOOR_MS ? 'open' : 'slow',
        `the database lets the agent in and answers it within ${milliseconds} ms`,
        {
          quote: quoteFrom(reading.call, '"reachable":true'),
        },
      )
    const code = error?.code ?? ''
    const quote = quoteFrom(reading.call, ...memberOf('code', code))
    const says = `the database does not let the agent in (${code})`
    return seen(/^[0-9A-Z]{5}$/.test(code) && !code.startsWith('E') ? 'refused' : 'silent', says, { quote, text: error?.message })
  },
})

/** Where somebody takes all, those that are refused come and go: a few slots are free at any moment. */
const NEARLY = 0.1

/** Who holds the connection slots. */
export const slotHolder = defineSignal({
  about: 'who holds the connection slots',
  source: 'slots',
  levels: ['full', 'room'],
  abnormal: ['full'],
  questions: (facts) => (concernsDatabase(facts) ? [SLOTS] : []),
  read: (facts) => {
    const reading = facts.result(ConnectionStatsResult, SLOTS)
    if (reading.kind !== 'seen') return unread(reading) ?? EMPTY
    const { used, free, max_connections, by_client } = reading.value
    const quote = quoteFrom(reading.call, ...memberOf('free', free))
    const [top] = by_client
    if (free > Math.max(1, max_connections * NEARLY))
      return seen('room', `${used} of ${max_connections} connection slots are used, ${free} are free`, { quote })
    const who = top ? `, ${top.sessions} of them by ${nameOf(top)} (${top.idle} idle)` : ''
    const rest = free === 0 ? 'no other role can get in' : `${free} ${free === 1 ? 'is' : 'are'} free`
    return seen('full', `${used} of ${max_connections} connection slots are used${who}, and ${rest}`, {
      quote,
      text: top && nameOf(top),
    })
  },
})

/** Who waits for locks, and who is at the root. */
export const lockRoot = defineSignal({
  about: 'who holds locks',
  source: 'locks',
  levels: ['waits', 'none'],
  abnormal: ['waits'],
  needsAll: ['none'],
  questions: (facts) => (mayWait(facts) ? [LOCKS] : []),
  read: (facts) => {
    const reading = facts.result(LockInfoResult, LOCKS)
    if (reading.kind !== 'seen') return unread(reading) ?? EMPTY
    const { waiting, roots } = reading.value
    const quote = quoteFrom(reading.call, ...memberOf('waiting', waiting))
    const [root] = roots
    if (waiting > 0 && !root) return EMPTY
    if (!root) return seen('none', 'nobody waits for a lock in the database', { quote })
    const since = root.transaction_seconds === null ? '' : `, its transaction open for ${duration(root.transaction_seconds)}`
    return seen(
      'waits',
      `${waiting} ${waiting === 1 ? 'session waits' : 'sessions wait'} for locks, and at the root is pid ${root.pid} of ${nameOf(root)} (${root.state}${since})`,
      {
        quote,
        text: `${nameOf(root)}, pid ${root.pid}`,
        notes: [
          ...(root.holds.length > 0 ? [`It holds ${list(root.holds.slice(0, 3))}.`] : []),
          ...(root.statement ? [`Its last statement: ${excerpt(root.statement, 160)}.`] : []),
        ],
      },
    )
  },
})

/** Whether others wait behind a statement that wants a table alone and does not get it. */
export const lockQueue = defineSignal({
  about: 'who queues for locks',
  source: 'locks',
  levels: ['behind_one'],
  abnormal: [],
  questions: (facts) => lockRoot.questions(facts),
  read: (facts) => {
    const reading = facts.result(LockInfoResult, LOCKS)
    if (reading.kind !== 'seen') return unread(reading) ?? EMPTY
    const queued = queuedStatement(reading.value)
    if (!queued) return EMPTY
    const who = queued.application || `pid ${queued.pid}`
    return seen(
      'behind_one',
      `others wait behind a statement of ${who} (pid ${queued.pid}), which waits itself for ${queued.lock} and lets nobody pass`,
      {
        quote: quoteFrom(reading.call, ...memberOf('pid', queued.pid)),
        text: `${who}, pid ${queued.pid}`,
        notes: [`The statement: ${excerpt(queued.statement, 160)}.`],
      },
    )
  },
})

/** The database ends statements that take too long: what makes them slow is inside. */
export const givesUpStatements = (facts: Facts) => loggedOfKind(facts, 'statement_timeout').length > 0

/** A server reads millions of rows a second: fewer than this are a small part of a core, and slow nobody down. */
const COSTLY_ROWS = 100_000

/** Which table is read whole, and whether for want of an index that its schema declares: then nothing is left to guess. */
export const wholeReads = defineSignal({
  about: 'which tables are read whole',
  source: 'tables',
  levels: ['lost_index', 'whole', 'indexed'],
  abnormal: ['lost_index', 'whole'],
  needsAll: ['indexed'],
  questions: (facts) => (facts.symptoms.has('latency') && facts.metric('phases').kind !== 'not_asked' ? [TABLES] : []),
  read: (facts) => {
    const reading = facts.result(TableStatsResult, TABLES)
    if (reading.kind !== 'seen') return unread(reading) ?? EMPTY
    const [worst] = readWhole(reading.value)
    if (worst && worst.rows_read_whole_per_second < COSTLY_ROWS) return EMPTY
    if (!worst) return seen('indexed', 'no table is read whole again and again', { quote: quoteFrom(reading.call, '"hint":null') })
    const rows = Math.round(worst.rows_read_whole_per_second / worst.whole_reads_per_second)
    const missing = columnOf(worst.statements, worst.columns_without_index) ?? list(worst.columns_without_index.slice(0, 4))
    const lost = missingIndex(facts)
    return seen(
      lost ? 'lost_index' : 'whole',
      `the table ${worst.table} is read whole ${worst.whole_reads_per_second} times a second, ${rows} rows each time`,
      {
        quote: quoteFrom(reading.call, ...memberOf('whole_reads_per_second', worst.whole_reads_per_second)),
        text: worst.table,
        notes: [
          ...(missing ? [`It has no index that begins with ${missing}.`] : []),
          ...(lost ? [`The index ${lost.index}, which the schema declares for it, is ${lost.state}.`] : []),
          ...(worst.statements[0] ? [`What runs on it: ${excerpt(worst.statements[0], 200)}.`] : []),
        ],
      },
    )
  },
})

/** The column without an index that a running statement compares with something. */
function columnOf(statements: string[], columns: string[]): string | undefined {
  return columns.find((column) =>
    statements.some((statement) => new RegExp(`\\b${column.replace(/\W/g, '')}\\b *(?:=|<|>|in\\b|any\\b)`, 'i').test(statement)),
  )
}
