import type { TimelineEvent } from '../api.ts'
import type { PageProgress } from './decide-escalation.ts'

/** Attempts that fail in a row before a page counts as one that does not get through; it is tried on all the same. */
const STUCK_AFTER = 2

/** What the timeline of an incident says about its pages. */
export interface PageHistory {
  /** The newest page that was not made by an escalation, and those that it was escalated by. */
  pages: PageProgress[]
  /** The text of that page. */
  body: string
  /** Who made the diagnosis that it tells; undefined for one that tells none. */
  madeBy: 'model' | 'fallback' | undefined
  quiet: 'answered' | 'acknowledged' | 'resolved' | undefined
  /** Who wants to be paged again, and when. */
  snooze: { by: string; untilMs: number } | undefined
}

/** Reads the pages of an incident, and whether somebody is on it, from its timeline. */
export function readPageHistory(timeline: TimelineEvent[]): PageHistory {
  const escalated = new Set(timeline.flatMap(({ event }) => (event.kind === 'escalated' ? event.message_id : [])))
  let pages: (PageProgress & { id: number; failures: number })[] = []
  let body = ''
  let madeBy: PageHistory['madeBy']
  let quiet: PageHistory['quiet']
  let snooze: PageHistory['snooze']
  for (const { at, event } of timeline) {
    switch (event.kind) {
      case 'message_queued':
        if (event.message_kind !== 'page' && event.message_kind !== 'digest') break
        if (!escalated.has(event.message_id)) {
          pages = []
          body = event.body
          if (event.message_kind === 'digest') madeBy = undefined
        }
        pages.push({ id: event.message_id, to: event.to, queuedAtMs: Date.parse(at), state: 'on_its_way', failures: 0 })
        break
      case 'message_sent':
      case 'message_delivered':
      case 'message_failed':
      case 'message_undelivered': {
        const page = pages.find(({ id }) => id === event.message_id)
        if (page) Object.assign(page, progress(event, page.failures))
        break
      }
      case 'diagnosis':
        madeBy = event.made_by
        break
      case 'message_received':
        quiet = 'answered'
        break
      case 'snoozed':
        snooze = { by: event.by, untilMs: Date.parse(event.until) }
        break
      case 'escalated':
        if (event.reason === 'snooze_over') [snooze, quiet] = [undefined, undefined]
        break
      case 'acknowledged':
        snooze = undefined
        quiet ??= 'acknowledged'
        break
      case 'incident_resolved':
        quiet = 'resolved'
        break
      case 'incident_reopened':
        quiet = undefined
        break
      default:
    }
  }
  return { pages, body, madeBy, quiet, snooze }
}

type MessageEvent = Extract<
  TimelineEvent['event'],
  { kind: 'message_sent' | 'message_delivered' | 'message_failed' | 'message_undelivered' }
>

function progress(event: MessageEvent, failures: number): Pick<PageProgress, 'state'> & { failures: number } {
  // An accepted page may still come back as one that did not arrive.
  if (event.kind === 'message_sent') return { state: 'accepted', failures }
  if (event.kind === 'message_delivered') return { state: 'accepted', failures: 0 }
  const stuck = event.kind === 'message_undelivered' || event.final || failures + 1 >= STUCK_AFTER
  return { state: stuck ? 'stuck' : 'on_its_way', failures: failures + 1 }
}
