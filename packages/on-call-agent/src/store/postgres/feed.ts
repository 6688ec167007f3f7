import { setTimeout as sleep } from 'node:timers/promises'
import type { TimelineEvent } from '../../api.ts'
import type { Connection } from './connection.ts'
import { CHANNEL } from './writer.ts'

interface FeedParts {
  /** The events of all processes after this one, in the order of their commits. */
  after: (id: number, limit: number) => Promise<TimelineEvent[]>
  publish: (events: TimelineEvent[]) => void
  reconnect: () => Promise<Connection>
  /** The newest event when the feed begins. */
  newest: number
}

/** Publishes the events of all processes, each once and in order. */
export interface Feed extends AsyncDisposable {
  /** Publishes what this process has committed; `newestBefore` was the newest event when that change began. */
  committed(events: TimelineEvent[], newestBefore: number): Promise<void> | void
}

const PAGE = 500
/** A notification may be lost with its connection; the events are not. */
const POLL_MS = 1_000

/** Reads on from a cursor, which is safe because events are numbered in the order of their commits. A notification only says that it is time. */
export function createFeed({ after, publish, reconnect, newest }: FeedParts): Feed {
  let cursor = newest
  let reading: Promise<void> | undefined
  let again = false
  const ending = new AbortController()

  const readOn = async () => {
    do {
      again = false
      for (let page = await after(cursor, PAGE); page.length > 0; page = await after(cursor, PAGE)) {
        cursor = page.at(-1)?.id ?? cursor
        publish(page)
      }
    } while (again)
  }
  const catchUp = (): Promise<void> => {
    again = true
    reading ??= readOn().finally(() => {
      reading = undefined
    })
    return reading
  }
  // What cannot be read now is read at the next poll.
  const tryToCatchUp = () => void catchUp().catch(() => {})

  const listening = (async () => {
    while (!ending.signal.aborted) {
      try {
        await using connection = await reconnect()
        const lost = new Promise<void>((resolve) => connection.onLost(resolve))
        connection.onNotification(tryToCatchUp)
        await connection.script(`LISTEN ${CHANNEL}`)
        tryToCatchUp()
        await Promise.race([lost, aborted(ending.signal)])
      } catch {
        // The server is away: the poll goes on, and so does this.
      }
      await sleep(POLL_MS, undefined, { signal: ending.signal, ref: false }).catch(() => {})
    }
  })()
  const poll = setInterval(tryToCatchUp, POLL_MS).unref()

  return {
    committed(events, newestBefore) {
      if (events.length === 0) return
      // Nobody else has committed one since, so these are the next; of many the pages are read one by one.
      if (cursor !== newestBefore || reading || events.length > PAGE) return catchUp().catch(() => {})
      cursor = events.at(-1)?.id ?? cursor
      publish(events)
    },
    async [Symbol.asyncDispose]() {
      clearInterval(poll)
      ending.abort()
      await listening
      await reading?.catch(() => {})
    },
  }
}

const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
