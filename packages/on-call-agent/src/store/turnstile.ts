import { setImmediate as nextTurn } from 'node:timers/promises'
import type { TimelineEvent } from '../api.ts'
import { appendToRecord, audited } from './audit/audit.ts'
import type { RowState } from './audit/entry.ts'
import type { Sql } from './rows/sql.ts'

/** A connection to a database, with one change of it at a time. */
export interface Writer {
  readonly sql: Sql
  begin(): Promise<void>
  /** When it resolves, the change is on disk; `events` are those that were recorded in it. */
  commit(events: TimelineEvent[]): Promise<void>
  rollback(): Promise<void>
  /** Whether a change has begun and not ended; a database may end one by itself, as SQLite does on a full disk. */
  isOpen(): boolean
  /** Begins a part of the change, to be kept or undone by itself. */
  mark(): Promise<void>
  keep(): Promise<void>
  undo(): Promise<void>
}

/** A piece's part of the change under way. */
interface Change {
  readonly sql: Sql
  /** Notes an event of it, which is published once it is on disk. */
  recorded(event: TimelineEvent): void
}

/** Pieces of work go through one at a time. */
export interface Turnstile {
  /** Runs the work as one change; when it resolves, the change is on disk. Urgent work goes before other work that waits. */
  pass<T>(work: (change: Change) => Promise<T>, options?: { urgent?: boolean | undefined }): Promise<T>
  /** Settles when nothing waits. */
  idle(): Promise<void>
}

interface TurnstileParts {
  writer: Writer
  /** Hears of the events of a group that is on disk, before anybody whose work was in it. */
  publish: (events: TimelineEvent[]) => void | Promise<void>
  /** What the caller of a failed change is told. */
  explain: (error: unknown) => unknown
  /** Stamps the record. */
  now?: () => Date
  clock?: () => number
}

interface Piece {
  work: (change: Change) => Promise<unknown>
  resolve: (value: never) => void
  reject: (error: unknown) => void
}

/** A piece that went well. */
interface Passed {
  value: unknown
  events: TimelineEvent[]
  changed: RowState[]
}

/** A commit waits for the disk, so all that has come meanwhile shares one. Then the event loop gets its turn. */
const GROUP_MS = 40
/** So long pieces of a group go on one after the other before other work of the process gets its turn. */
const TURN_MS = 10

/**
 * Group commit: each piece is a savepoint of its own, and all pieces of a group share a transaction and its entries in the record. A piece that fails leaves nothing and fails
 * alone; nobody hears of a piece that went well before the whole group is on disk, and all of them fail when it cannot be.
 */
export function createTurnstile({
  writer,
  publish,
  explain,
  now = () => new Date(),
  clock = () => performance.now(),
}: TurnstileParts): Turnstile {
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
    const events: TimelineEvent[] = []
    const changed: RowState[] = []
    let turnEnds = clock() + TURN_MS
    try {
      await writer.begin()
      for (let piece: Piece | undefined = first; piece; piece = clock() < until ? (urgent.take() ?? ordinary.take()) : undefined) {
        failAll.push(piece.reject)
        const outcome = await runPiece(piece.work)
        if ('error' in outcome) piece.reject(explain(outcome.error))
        else {
          for (const event of outcome.events) events.push(event)
          for (const row of outcome.changed) changed.push(row)
          passed.push(() => piece.resolve(outcome.value as never)) // Of the type that the caller was promised.
        }
        // A full disk or a lost connection ends the whole transaction, and with it what had passed.
        if ('error' in outcome && !writer.isOpen()) throw outcome.error
        if (clock() > turnEnds) {
          await nextTurn()
          turnEnds = clock() + TURN_MS
        }
      }
      await appendToRecord(writer.sql, changed, now().toISOString())
      await writer.commit(events)
    } catch (error) {
      await writer.rollback()
      for (const fail of [first.reject, ...failAll]) fail(explain(error))
      return
    }
    const published = publish(events)
    if (published) await published
    for (const resolve of passed) resolve()
  }

  async function runPiece(work: Piece['work']): Promise<Passed | { error: unknown }> {
    const events: TimelineEvent[] = []
    try {
      await writer.mark()
      const { sql, changed } = audited(writer.sql)
      const value = await work({ sql, recorded: (event) => events.push(event) })
      await writer.keep()
      return { value, events, changed: changed() }
    } catch (error) {
      await writer.undo()
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
