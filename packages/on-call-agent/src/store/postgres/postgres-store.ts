import { setTimeout as sleep } from 'node:timers/promises'
import { ConfigError } from '@oncall-lab/service-kit/config'
import { DEFAULT_RULES, type IncidentRules } from '../../incidents/rules.ts'
import { beginAudit } from '../audit/audit.ts'
import { portsThatRun, type RunOnPorts } from '../change-ports.ts'
import { createListeners } from '../listeners.ts'
import type { Store, StorePorts } from '../ports.ts'
import { createRows } from '../rows/rows.ts'
import { createTrouble } from '../trouble.ts'
import { createTurnstile } from '../turnstile.ts'
import { type Connection, connect, createReaders } from './connection.ts'
import { explainFailure, isUnavailable, unusable } from './explain-failure.ts'
import { createFeed } from './feed.ts'
import { joinMembers, type Members } from './members.ts'
import { migrate } from './migrate.ts'
import { createWriter } from './writer.ts'

interface PostgresStoreOptions {
  /** Stamps what is written. */
  now?: () => Date
  rules?: IncidentRules
  /** How long a server that takes nobody yet is waited for. */
  patienceMs?: number
  /** Told of what failed in the background and will be tried again. */
  onError?: (what: string, error: unknown) => void
}

/** What changes nothing, and needs no turn among the changes. */
const READS: { [P in keyof StorePorts]: readonly string[] } = {
  alerts: ['openEpisodes', 'labelsOf', 'heldSources', 'lastBeat'] satisfies (keyof StorePorts['alerts'])[],
  incidents: [
    ...(['list', 'search', 'find', 'timeline', 'eventsAfter', 'newestEventId', 'countOpened'] as const),
    ...(['pendingInvestigations', 'isPending'] as const),
  ] satisfies (keyof StorePorts['incidents'])[],
  transcripts: ['read'] satisfies (keyof StorePorts['transcripts'])[],
  inbox: ['unanswered', 'unplaced', 'lastHeard', 'lastConversation'] satisfies (keyof StorePorts['inbox'])[],
  outbox: [
    ...(['nextDue', 'unreported', 'unpaged', 'countPages', 'list', 'lastIncidentOf', 'incidentOf', 'findSent'] as const),
  ] satisfies (keyof StorePorts['outbox'])[],
  actions: ['find', 'list'] satisfies (keyof StorePorts['actions'])[],
  inquiries: ['find', 'list', 'running'] satisfies (keyof StorePorts['inquiries'])[],
  cursors: ['get'] satisfies (keyof StorePorts['cursors'])[],
}

/**
 * The store in a PostgreSQL database, of any number of processes. Their changes take turns (`writer.ts`), reading does not wait for them, and work
 * that lasts is held by one living process at a time (`members.ts`). @throws ConfigError that says why the database cannot be used.
 */
export async function createPostgresStore(url: string, options: PostgresStoreOptions = {}): Promise<Store> {
  const { now = () => new Date(), rules = DEFAULT_RULES, patienceMs = 30_000, onError = () => {} } = options
  await prepare(url, patienceMs)
  const listeners = createListeners()
  const readers = createReaders(url)
  const writer = createWriter(() => connect(url))
  let members: Members | undefined
  const holder = () => members?.me() ?? ''
  const reading = createRows(readers.sql, { now, rules, holder, recorded: () => {} })
  const feed = createFeed({
    after: reading.incidents.eventsAfter,
    publish: listeners.publish,
    reconnect: () => connect(url),
    newest: await reading.incidents.newestEventId(),
  })
  const publish: Parameters<typeof createTurnstile>[0]['publish'] = (events) => feed.committed(events, writer.newestBefore())
  const turnstile = createTurnstile({ writer, publish, explain: explainFailure, now })
  const trouble = createTrouble(() => turnstile.pass(({ sql }) => sql.get('SELECT 1 AS one')))
  await turnstile.pass(() => beginAudit(writer.sql, now)).catch(explained)
  const freed = new Set<() => void>()
  members = await joinMembers({
    query: readers.query,
    change: (work) => turnstile.pass(({ sql }) => work(sql), { urgent: true }),
    onFreed() {
      for (const listener of freed) listener()
    },
    onError: (error) => onError('showing a sign of life', error),
  })
  const { take, release, demand, signal, me } = members

  const changes =
    (held?: { work: string; holder: string }) =>
    <T>(work: (ports: StorePorts) => Promise<T>, { urgent }: { urgent?: boolean } = {}): Promise<T> =>
      trouble.watch(
        turnstile.pass(
          async ({ sql, recorded }) => {
            if (held) await demand(sql, held.work, held.holder)
            return work(createRows(sql, { now, rules, holder, recorded }))
          },
          { urgent },
        ),
      )
  const asStore = (change: ReturnType<typeof changes>): Omit<Store, keyof AsyncDisposable> => {
    const read: RunOnPorts = (work) => trouble.watch(work(reading).catch(explained))
    return {
      ...portsThatRun(reading, (port, method) => (READS[port].includes(method) ? read : change)),
      transaction: change,
      trouble: trouble.now,
      onEvent: listeners.listen,
      isShared: true,
      onFreed(listener) {
        freed.add(listener)
        return () => freed.delete(listener)
      },
      async hold(work, task) {
        const [alive, holding] = [signal(), me()]
        if (!(await take(work).catch(explained))) return { kind: 'held_elsewhere' }
        try {
          const value = await task(store(changes({ work, holder: holding })), alive)
          return { kind: 'done', value }
        } finally {
          // Who was taken for dead has nothing left to give back.
          await release(work).catch(() => {})
        }
      },
    }
  }
  const store = (change: ReturnType<typeof changes>): Store => ({
    ...asStore(change),
    async [Symbol.asyncDispose]() {
      await members[Symbol.asyncDispose]()
      await turnstile.idle()
      await feed[Symbol.asyncDispose]()
      await writer[Symbol.asyncDispose]()
      await readers[Symbol.asyncDispose]()
    },
  })
  return store(changes())
}

const explained = (error: unknown): never => {
  throw explainFailure(error)
}

/** Waits for the server, and brings the schema up to date. */
async function prepare(url: string, patienceMs: number): Promise<void> {
  for (const until = Date.now() + patienceMs; ; await sleep(500)) {
    let connection: Connection | undefined
    try {
      connection = await connect(url)
      await migrate(connection)
      return
    } catch (error) {
      if (error instanceof ConfigError) throw error
      if (!isUnavailable(error) || Date.now() > until) throw unusable(url, error)
    } finally {
      await connection?.[Symbol.asyncDispose]()
    }
  }
}
