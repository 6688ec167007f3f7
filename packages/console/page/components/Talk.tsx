import type { IncidentWithTimeline } from '@oncall-lab/on-call-agent/api'
import { useEffect, useRef } from 'react'
import { useSendMessage } from '../data/incidents.ts'
import { clockTime } from '../data/time.ts'
import { Composer } from './Composer.tsx'
import { Failure } from './Failure.tsx'
import { MessageText } from './MessageText.tsx'
import { Ticks } from './Ticks.tsx'

interface Line {
  key: string
  at: string
  /** Null for the agent. */
  from: string | null
  /** To whom the agent wrote. */
  to: string
  body: string
  status: string
  error?: string | undefined
}

const SUGGESTIONS = ['why?', 'fix?', 'is it still happening?', 'create Jira task and assign to Ravi']

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
        <span className="soft small">the same as on the phone</span>
      </header>
      {lines.length === 0 && <p className="soft">Nobody was told yet.</p>}
      <ol className="message-list" ref={end} aria-live="polite" tabIndex={0} aria-label="Messages">
        {lines.map((line) => (
          <li key={line.key} className={line.from ? 'message mine' : 'message'}>
            <MessageText body={line.body} />
            <footer>
              <time dateTime={line.at}>{clockTime(line.at)}</time>
              <span className="foreign">{line.from ?? `agent to ${line.to}`}</span>
              {!line.from && <Ticks status={line.status} error={line.error} />}
            </footer>
          </li>
        ))}
      </ol>
      <Failure error={send.error} what="Not sent: " />
      <Composer
        label="Write to the agent"
        placeholder="Write to the agent"
        suggestions={SUGGESTIONS}
        isSending={send.isPending}
        onSend={(body) => send.mutateAsync(body)}
      />
    </section>
  )
}

const FATES: Record<string, string> = {
  message_sent: 'sent',
  message_delivered: 'delivered',
  message_read: 'read',
  message_undelivered: 'undelivered',
  message_failed: 'failed',
}

function linesOf({ timeline }: IncidentWithTimeline): Line[] {
  const fates = new Map<number, { status: string; error?: string | undefined }>()
  for (const { event } of timeline) {
    const { kind, message_id, code } = event as { kind: string; message_id?: number; code?: string }
    const status = FATES[kind]
    if (status && message_id !== undefined) fates.set(message_id, { status, error: code })
  }
  return timeline.flatMap(({ id, at, event }): Line[] => {
    if (event.kind === 'message_queued') {
      const fate = fates.get(event.message_id) ?? { status: 'queued' }
      return [{ key: `${id}`, at, from: null, to: nameOf(event.to), body: event.body, ...fate }]
    }
    return event.kind === 'message_received'
      ? [{ key: `${id}`, at, from: nameOf(event.from), to: 'agent', body: event.body, status: 'received' }]
      : []
  })
}

/** An address without the name of its channel. */
const nameOf = (address: string) => address.replace(/^(whatsapp|mailto):/, '')
