import type { IncidentWithTimeline } from '@oncall-lab/on-call-agent/api'
import { useEffect, useRef } from 'react'
import { useSendMessage } from '../data/incidents.ts'
import { clockTime } from '../data/time.ts'
import { Composer } from './Composer.tsx'
import { Failure } from './Failure.tsx'
import { MessageText } from './MessageText.tsx'

interface Line {
  key: string
  at: string
  from: string | null
  body: string
  delivery: string
}

/** The incident's conversation: what the phone shows of it, and a box to write into it. */
export function Talk({ incident }: { incident: IncidentWithTimeline }) {
  const send = useSendMessage(incident.id)
  const lines = linesOf(incident)
  const end = useRef<HTMLOListElement>(null)
  // A new message's first line comes into view; what stands above stays readable.
  useEffect(() => {
    const last = end.current?.lastElementChild
    if (last instanceof HTMLElement && end.current) end.current.scrollTop = last.offsetTop - end.current.offsetTop
  }, [lines.length])
  return (
    <section className="panel talk" aria-labelledby="talk">
      <header>
        <h2 id="talk">Conversation</h2>
      </header>
      {lines.length === 0 && <p className="soft">Nobody was told yet.</p>}
      <ol className="message-list" ref={end} aria-live="polite" tabIndex={0} aria-label="Messages">
        {lines.map((line) => (
          <li key={line.key} className={line.from ? 'message mine' : 'message'}>
            <MessageText body={line.body} />
            <footer>
              <time dateTime={line.at}>{clockTime(line.at)}</time>
              <span className="foreign">{line.from ?? 'agent'}</span>
              <span>{line.delivery}</span>
            </footer>
          </li>
        ))}
      </ol>
      <Failure error={send.error} what="Not sent: " />
      <Composer
        label="Write to the agent"
        placeholder="why? · is it still happening? · create Jira task and assign to Ravi"
        isSending={send.isPending}
        onSend={(body) => send.mutateAsync(body)}
      />
    </section>
  )
}

function linesOf({ timeline }: IncidentWithTimeline): Line[] {
  const deliveries = new Map<number, string>()
  for (const { event } of timeline) {
    if (event.kind === 'message_sent') deliveries.set(event.message_id, 'sent')
    if (event.kind === 'message_failed') deliveries.set(event.message_id, `not delivered (${event.code})`)
    const known = event as { kind: string; message_id?: number; code?: string }
    if (known.kind === 'message_delivered' && known.message_id !== undefined) deliveries.set(known.message_id, 'delivered')
    if (known.kind === 'message_undelivered' && known.message_id !== undefined)
      deliveries.set(known.message_id, `not delivered (${known.code ?? 'unknown'})`)
  }
  return timeline.flatMap(({ id, at, event }): Line[] => {
    if (event.kind === 'message_queued') {
      return [{ key: `${id}`, at, from: null, body: event.body, delivery: deliveries.get(event.message_id) ?? 'queued' }]
    }
    return event.kind === 'message_received'
      ? [{ key: `${id}`, at, from: event.from.replace('whatsapp:', ''), body: event.body, delivery: '' }]
      : []
  })
}
