import type { TimelineEvent } from '../api.ts'

/** A page that a template had no room for. */
interface Rest {
  body: string
  /** It is sent once. */
  key: string
}

/**
 * The newest page to this person that went out as a template, which holds its first two lines only; undefined when there is none. Once the person
 * has written, WhatsApp takes it as it is.
 */
export function restOfPage(timeline: TimelineEvent[], person: string): Rest | undefined {
  const shortened = new Set(
    timeline.flatMap(({ event }) => (event.kind === 'message_sent' && event.form === 'template' ? event.message_id : [])),
  )
  for (const { event } of timeline.toReversed()) {
    if (event.kind !== 'message_queued' || event.message_kind !== 'page' || event.to !== person) continue
    const isLong = event.body.split('\n').length > 2
    return shortened.has(event.message_id) && isLong ? { body: event.body, key: `rest:${event.message_id}` } : undefined
  }
  return undefined
}
