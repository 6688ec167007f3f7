import { useEffect, useRef, useState } from 'react'
import { Boards } from '../components/Board.tsx'
import { Composer } from '../components/Composer.tsx'
import { Failure } from '../components/Failure.tsx'
import { Mailbox } from '../components/Mailbox.tsx'
import { MessageText } from '../components/MessageText.tsx'
import { Ticks } from '../components/Ticks.tsx'
import { useMarkRead, usePhone, usePhoneReply } from '../data/phone.ts'
import { clockTime } from '../data/time.ts'

const SUGGESTIONS = ['ack', 'why?', 'status', 'create Jira task and assign to Ravi']

/** The stand-in's phone and the tickets: what the person on call sees. */
export function Phone() {
  const { data, error } = usePhone()
  const reply = usePhoneReply()
  const [quoted, setQuoted] = useState<string>()
  const list = useRef<HTMLOListElement>(null)
  const messages = data?.messages ?? []
  useMarkRead(messages)
  useEffect(() => {
    const last = list.current?.lastElementChild
    if (last instanceof HTMLElement && list.current) list.current.scrollTop = last.offsetTop - list.current.offsetTop
  }, [messages.length])
  const original = messages.find(({ sid }) => sid === quoted)
  const isClosed = data && (!data.window_closes_at || Date.parse(data.window_closes_at) < Date.now())
  const send = (body: string) => reply.mutateAsync({ body, ...(quoted && { reply_to: quoted }) }).then(() => setQuoted(undefined))

  return (
    <div>
      <div className="view-head">
        <h1>Phone and tickets</h1>
        <span className="soft">what the person on call has in hand</span>
      </div>
      <Failure error={error} what="The phone cannot be shown: " />
      {isClosed && (
        <p className="notice">
          This phone has not written within 24 hours, so WhatsApp delivers templates alone. Write anything, and the agent may write freely.
        </p>
      )}
      <div className="conversation">
        <section className="panel talk phone" aria-label="Messages">
          <header>
            <h2>WhatsApp</h2>
            {data && <span className="soft small">{data.phone.replace('whatsapp:', '')}</span>}
          </header>
          {messages.length === 0 && <p className="soft">No message yet. The first one comes with the first incident.</p>}
          <ol className="message-list" ref={list} aria-live="polite" tabIndex={0} aria-label="Messages, oldest first">
            {messages.map((message) => {
              const before = messages.find(({ sid }) => sid === message.replied_to)
              return (
                <li key={message.sid} className={message.direction === 'out' ? 'message mine' : 'message'}>
                  {before && <blockquote className="soft small foreign clamp">{before.body}</blockquote>}
                  <MessageText body={message.body} />
                  <footer>
                    <time dateTime={message.at}>{clockTime(message.at)}</time>
                    <Ticks status={message.status} error={message.error_code} />
                    {message.direction === 'in' && (
                      <button type="button" className="as-link" onClick={() => setQuoted(message.sid)}>
                        Reply <span className="visually-hidden">to the message of {clockTime(message.at)}</span>
                      </button>
                    )}
                  </footer>
                </li>
              )
            })}
          </ol>
          {original && (
            <p className="notice small">
              <span className="foreign clamp">Reply to: {original.body}</span>
              <button type="button" className="button quiet" onClick={() => setQuoted(undefined)}>
                Do not quote
              </button>
            </p>
          )}
          <Failure error={reply.error} what="Not delivered: " />
          <Composer
            label="Write on the phone"
            placeholder="Write on the phone"
            suggestions={SUGGESTIONS}
            isSending={reply.isPending}
            onSend={send}
          />
        </section>
        <div className="beside">
          {data && <Boards issues={data.issues} />}
          <Mailbox />
        </div>
      </div>
    </div>
  )
}
