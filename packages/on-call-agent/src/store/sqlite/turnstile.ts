import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Database } from './database.ts'
import type { EventLog } from './event-log.ts'
import { explainFailure } from './trouble.ts'

/** Pieces of work go through one at a time. */
export interface Turnstile {
  /** Runs the work as one change; when it resolves, the change is on disk. Urgent work goes before other work that waits. */
  pass<T>(work: () => T | Promise<T>, options?: { urgent?: boolean }): Promise<T>
  /** Settles when nothing waits. */
  idle(): Promise<void>
}

interface Piece {
  work: () => unknown
  resolve: (value: never) => void
  reject: (error: unknown) => void
}

/** A commit waits for the disk, so all that has come meanwhile shares one. Then the event loop gets its turn. */
const GROUP_MS = 40

/**
 * Group commit: each piece is a savepoint of its own, and all pieces of a group share a transaction. A piece that fails leaves nothing and fails
 * alone; nobody hears of a piece that went well before the whole group is on disk, and all of them fail when it cannot be.
 */
export function createTurnstile(db: Database, log: EventLog, clock: () => number = () => performance.now()): Turnstile {
  const urgent = createLine<Piece>()
  const ordinary = createLine<Piece>()
  let draining: Promise<void> | undefined

  const drain = async () => {
    // Whatever is called in this turn of the event loop comes along.
    await Promise.resolve()
    for (let first = ordinary.take() ?? urgent.take(); first; first = ordinary.take() ?? urgent.take()) {
      await runGroup(first)
      await nextTurn()
    }
    draining = undefined
  }

  async function runGroup(first: Piece): Promise<void> {
    const until = clock() + GROUP_MS
    const passed: (() => void)[] = []
    const failAll: ((error: unknown) => void)[] = []
    try {
      db.begin()
      for (let piece: Piece | undefined = first; piece; piece = clock() < until ? (urgent.take() ?? ordinary.take()) : undefined) {
        failAll.push(piece.reject)
        const outcome = await runPiece(piece.work)
        if ('error' in outcome) piece.reject(explainFailure(outcome.error))
        else passed.push(() => piece.resolve(outcome.value as never)) // Of the type that the caller was promised.
        // A full disk ends the whole transaction, and with it what had passed.
        if ('error' in outcome && !db.isOpen()) throw outcome.error
      }
      db.commit()
    } catch (error) {
      log.forget(0)
      db.rollback()
      for (const fail of [first.reject, ...failAll]) fail(explainFailure(error))
      return
    }
    for (const resolve of passed) resolve()
    log.publish()
  }

  async function runPiece(work: Piece['work']): Promise<{ value: unknown } | { error: unknown }> {
    const before = log.unpublished()
    db.mark()
    try {
      const result = work()
      const value = result instanceof Promise ? await result : result
      db.keep()
      return { value }
    } catch (error) {
      log.forget(before)
      db.undo()
      return { error }
    }
  }

  return {
    pass: (work, { urgent: first = false } = {}) =>
      new Promise((resolve, reject) => {
        const lane = first ? urgent : ordinary
        lane.add({ work, resolve, reject })
        draining ??= drain()
      }),
    async idle() {
      while (draining) await draining
    },
  }
}

/** First come, first served, in constant time however many wait. */
function createLine<T>() {
  let coming: T[] = []
  let going: T[] = []
  return {
    add: (item: T) => coming.push(item),
    take(): T | undefined {
      if (going.length === 0) {
        going = coming.reverse()
        coming = []
      }
      return going.pop()
    },
  }
}
