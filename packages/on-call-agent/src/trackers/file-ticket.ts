import { setTimeout as sleep } from 'node:timers/promises'
import { describeError, LabError } from '@oncall-lab/service-kit/errors'
import type { Incident, TimelineEvent } from '../api.ts'
import { decideLook } from '../delivery/decide-look.ts'
import type { Store } from '../store/ports.ts'
import { obeyRetryAfter } from './obey-retry-after.ts'
import type { NewTicket, Ticket, Tracker } from './tracker.ts'
import { TrackerError } from './tracker-error.ts'

interface FilingOptions {
  tracker: Tracker
  store: Store
  /** For how long a tracker may hold a request, and its search may lag behind; shorter in tests only. */
  settleMs?: number | undefined
  /** How long a person waits for the answer; the tracker's own may still come after it. */
  patienceMs?: number | undefined
  /** Time, for tests. */
  clock?: FilingClock | undefined
}

/** Milliseconds of which only differences count, and a sleep on the same clock. */
export interface FilingClock {
  now(): number
  sleep(ms: number): Promise<unknown>
}

const REAL: FilingClock = { now: () => performance.now(), sleep: (ms) => sleep(ms, undefined, { ref: false }) }

/** Jira's search may see an issue a minute late. */
const SETTLE_MS = 90_000
const PATIENCE_MS = 8_000
/** A tracker that asks to wait longer than this is told of as a refusal. */
const LONGEST_WAIT_MS = 300_000

/** Told to the person whose ticket was in doubt, once it is not any more. */
export type TellLater = (sentence: string) => Promise<void>

/**
 * Files one ticket for an incident. That an attempt begins is on disk before the tracker is called; after an attempt of which nobody knows the
 * end the tracker is searched by the incident's label for `settleMs`, in the background. Only a person's new wish files again after that.
 */
export function createFiling({ tracker, store, settleMs = SETTLE_MS, patienceMs = PATIENCE_MS, clock = REAL }: FilingOptions) {
  const searching = new Set<string>()

  async function file(incident: Incident, ticket: NewTicket, tell: TellLater): Promise<{ ticket: Ticket; existing: boolean }> {
    if (searching.has(incident.id)) throw inDoubt()
    const found = await tracker.findByLabel(ticket.label)
    if (found) return { ticket: found, existing: true }
    if (lastAttempt(await store.incidents.timeline(incident.id)) === 'begun') {
      search(incident, ticket.label, tell)
      throw inDoubt()
    }
    await store.incidents.append(incident.id, { kind: 'ticket_attempt', state: 'begun' })
    const longWait = Promise.withResolvers<{ waitMs: number }>()
    const creating = obeyRetryAfter(() => tracker.create(ticket), {
      longestMs: LONGEST_WAIT_MS,
      sleep: clock.sleep,
      onWait: (waitMs) => waitMs > patienceMs && longWait.resolve({ waitMs }),
    }).then(
      (created) => ({ created }),
      (error: unknown) => ({ error }),
    )
    const ended = await Promise.race([creating, longWait.promise, sleep(patienceMs, undefined, { ref: false })])
    if (ended && 'waitMs' in ended) {
      search(incident, ticket.label, tell, creating)
      throw mustWait(ended.waitMs)
    }
    if (ended && 'created' in ended) return { ticket: ended.created, existing: false }
    if (ended && isRefusal(ended.error)) {
      await store.incidents.append(incident.id, { kind: 'ticket_attempt', state: 'refused' })
      throw ended.error
    }
    search(incident, ticket.label, tell, creating)
    throw inDoubt()
  }

  /** Looks for a ticket until it turns up or has had the time to; `creating` is the request that is still under way. */
  function search(incident: Incident, label: string, tell: TellLater, creating?: Promise<{ created: Ticket } | { error: unknown }>): void {
    searching.add(incident.id)
    const work = async () => {
      const late = await creating
      const refused = late && 'error' in late && isRefusal(late.error) ? late.error : undefined
      const found = late && 'created' in late ? late.created : refused ? undefined : await findInTime(label)
      if (found) {
        await store.incidents.setTicket(incident.id, found)
        await tell(
          `The ticket is there: *${found.key}*, ${found.assignee ? `assigned to ${found.assignee}` : 'not assigned to anybody'}.\n${found.url}`,
        )
        return
      }
      await store.incidents.append(incident.id, { kind: 'ticket_attempt', state: refused ? 'refused' : 'unsettled' })
      const why = refused ? describeError(refused) : `No ticket with the label ${label} has turned up`
      await tell(`There is no ticket: ${why}. Write *create ticket* to try again.`)
    }
    // What fails here is looked at again when the person asks again: the attempt stands as begun.
    void work()
      .catch(() => {})
      .finally(() => searching.delete(incident.id))
  }

  async function findInTime(label: string): Promise<Ticket | undefined> {
    const began = clock.now()
    for (let looks = 0, failures = 0; ; ) {
      const decision = decideLook({ elapsedMs: clock.now() - began, looks, failures, settleMs })
      if (decision.kind === 'repeat') {
        // A tracker that cannot be asked has not said that there is none.
        if (decision.reason === 'cannot_be_asked') throw new Error('the tracker cannot be asked')
        return undefined
      }
      await clock.sleep(decision.afterMs)
      try {
        const found = await tracker.findByLabel(label)
        if (found) return found
        looks += 1
        failures = 0
      } catch {
        failures += 1
      }
    }
  }

  /** Looks for the tickets whose attempts a restart cut off, and tells those who asked for them. */
  async function resume(
    incidents: Incident[],
    tell: (incident: Incident, person: string, sentence: string) => Promise<void>,
  ): Promise<void> {
    for (const incident of incidents.filter(({ ticket }) => ticket === null)) {
      const timeline = await store.incidents.timeline(incident.id)
      const asking = timeline.findLast(({ event }) => event.kind === 'message_received')?.event
      if (lastAttempt(timeline) !== 'begun' || asking?.kind !== 'message_received' || searching.has(incident.id)) continue
      search(incident, labelOf(incident), (sentence) => tell(incident, asking.from, sentence))
    }
  }

  return { file, resume }
}

/** Marks an incident's ticket at the tracker. */
export const labelOf = ({ id }: Incident) => `oncall-lab-${id}`

const isRefusal = (error: unknown): error is TrackerError => error instanceof TrackerError && error.claim !== 'uncertain'

function inDoubt(): LabError {
  return new LabError('The tracker gave no answer in time, so the ticket may be there or not. I look for it and tell you in a minute', {
    code: 'ticket_in_doubt',
    status: 504,
  })
}

function mustWait(waitMs: number): LabError {
  return new LabError(`The tracker asks to wait ${Math.ceil(waitMs / 1_000)} s. I file the ticket then and tell you`, {
    code: 'ticket_delayed',
    status: 503,
  })
}

/** How the last attempt at a ticket stands; undefined when there was none, or it led to one. */
function lastAttempt(timeline: TimelineEvent[]): 'begun' | 'refused' | 'unsettled' | undefined {
  const last = timeline.findLast(({ event }) => event.kind === 'ticket_attempt' || event.kind === 'ticket_created')?.event
  return last?.kind === 'ticket_attempt' ? last.state : undefined
}
