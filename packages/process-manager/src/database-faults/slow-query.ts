import { setTimeout } from 'node:timers/promises'
import { conflict } from '@oncall-lab/service-kit/errors'
import { type ActiveDatabaseFault, defineDatabaseFault } from './database-fault.ts'
import { dropWaitRestore, GIVER_LOCK, INDEX, KEEPER_LOCK, KEEPER_SETTINGS, RECORD, RESTORE } from './missing-index.ts'
import { openSession, type Session, sqlState } from './session.ts'

const LOCK_NOT_AVAILABLE = '55P03'
const ATTEMPTS = 10
const LOOK_EVERY_MS = 50
const RECOVER_EVERY_MS = 500

/**
 * The index that `GET /items` needs is gone. A session in the server, the keeper, drops it, waits, and creates it again: after `ttlSeconds`, or as
 * soon as the giver's session is gone, whose lock it tries all the time; it needs no client for that. Should the server itself be killed meanwhile, a
 * record in the database, written with the drop, tells whoever comes next how to create the index.
 */
export const slowQuery = defineDatabaseFault({
  mode: 'slow_query',
  says: 'the index that lists need is dropped',
  fields: {},
  trial: { seconds: 75, shows: ['list_duration', 'db_phase'] },
  async start({ url }, ttlSeconds) {
    const giver = await openSession(url, { idle_session_timeout: ttlSeconds * 1_000 })
    try {
      await takeGiverLock(giver)
      const keeper = await dropIndex({ url, giver, ttlSeconds })
      return supervise({ url, giver, keeper })
    } catch (error) {
      await giver[Symbol.asyncDispose]()
      throw error
    }
  },
  /** A keeper that still lives needs no help. */
  async recover({ url }) {
    await restoreIndex(url)
  },
})

interface Keeper {
  /** Settles with its work; rejects when its session was lost or the server refused. */
  done: Promise<void>
}

interface Drop {
  url: string
  giver: Session
  ttlSeconds: number
}

async function takeGiverLock(giver: Session): Promise<void> {
  const [found] = await giver.query('SELECT to_regclass($1) AS index, pg_try_advisory_lock($2) AS free', [INDEX, GIVER_LOCK])
  if (!found?.free) throw somebodyElse()
  if (!found.index) throw conflict(`The database has no index ${INDEX}`)
}

/** Resolves when the index is gone. Where the table is busy the drop is given up soon, so that nobody waits behind it, and tried again. */
async function dropIndex({ url, giver, ttlSeconds }: Drop): Promise<Keeper> {
  for (let attempt = 1; ; attempt++) {
    let isOver = false
    const done = keep(url, ttlSeconds).finally(() => {
      isOver = true
    })
    try {
      await Promise.race([done, untilGone(giver, () => isOver)])
      return { done }
    } catch (error) {
      if (sqlState(error) !== LOCK_NOT_AVAILABLE || attempt === ATTEMPTS) throw error
    }
  }
}

async function keep(url: string, ttlSeconds: number): Promise<void> {
  await using keeper = await openSession(url, KEEPER_SETTINGS)
  if (!(await becomesKeeper(keeper))) throw somebodyElse()
  await keeper.query(dropWaitRestore(ttlSeconds))
}

async function becomesKeeper(session: Session): Promise<boolean> {
  const [found] = await session.query('SELECT pg_try_advisory_lock($1) AS free', [KEEPER_LOCK])
  return found?.free === true
}

async function untilGone(giver: Session, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    const [found] = await giver.query('SELECT to_regclass($1) AS index', [INDEX])
    if (!found?.index) return
    await setTimeout(LOOK_EVERY_MS)
  }
}

/** A keeper that is lost died with the server, or by a person's hand: then the record is carried out as soon as that is possible. */
function supervise({ url, giver, keeper }: { url: string; giver: Session; keeper: Keeper }): ActiveDatabaseFault {
  const over = keeper.done.catch(() => restoreIndexAtLast(url, giver)).then(() => giver[Symbol.asyncDispose]())
  return {
    over,
    async [Symbol.asyncDispose]() {
      await giver[Symbol.asyncDispose]()
      await over
    },
  }
}

async function restoreIndexAtLast(url: string, giver: Session): Promise<void> {
  await giver[Symbol.asyncDispose]()
  for (;;) {
    if (await restoreIndex(url).catch(() => false)) return
    await setTimeout(RECOVER_EVERY_MS, undefined, { ref: false })
  }
}

/** Creates the index if the record is there; false when a keeper lives, who does it himself. */
async function restoreIndex(url: string): Promise<boolean> {
  await using session = await openSession(url, KEEPER_SETTINGS)
  const [found] = await session.query('SELECT to_regclass($1) AS record', [RECORD])
  if (!found?.record) return true
  if (!(await becomesKeeper(session))) return false
  await session.query(RESTORE)
  return true
}

function somebodyElse(): Error {
  return conflict(`Somebody else has dropped the index ${INDEX} and will create it again`)
}
