import { useEffect, useRef, useState } from 'react'
import { Composer } from '../components/Composer.tsx'
import { Failure } from '../components/Failure.tsx'
import { MessageText } from '../components/MessageText.tsx'
import { Badge } from '../components/State.tsx'
import { usePhone, usePhoneReply } from '../data/phone.ts'
import { clockTime } from '../data/time.ts'

/** The stand-in's phone and the tickets: what the person on call sees. */
export function Phone() {
  const { data, error } = usePhone()
  const reply = usePhoneReply()
  const [quoted, setQuoted] = useState<string>()
  const list = useRef<HTMLOListElement>(null)
  const messages = data?.messages ?? []
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
        {data && <span className="soft">{data.phone.replace('whatsapp:', '')}, the person on call</span>}
      </div>
      <Failure error={error} what="The phone cannot be shown: " />
      {isClosed && (
        <p className="notice warn">
          More than 24 hours since this phone wrote: WhatsApp delivers templates only. Write anything to open the window again.
        </p>
      )}
      <div className="conversation">
        <section className="panel talk" aria-label="Messages">
          {messages.length === 0 && <p className="soft">No message yet.</p>}
          <ol className="message-list" ref={list} aria-live="polite" tabIndex={0} aria-label="Messages, oldest first">
            {messages.map((message) => {
              const before = messages.find(({ sid }) => sid === message.replied_to)
              const isBad = message.status === 'undelivered' || message.status === 'failed'
              return (
                <li key={message.sid} className={message.direction === 'out' ? 'message mine' : 'message'}>
                  {before && <blockquote className="soft small foreign clamp">{before.body}</blockquote>}
                  <MessageText body={message.body} />
                  <footer>
                    <time dateTime={message.at}>{clockTime(message.at)}</time>
                    {isBad ? <Badge tone="bad">not delivered ({message.error_code})</Badge> : <span>{message.status}</span>}
                    {message.direction === 'in' && (
                      <button type="button" className="button quiet" onClick={() => setQuoted(message.sid)}>
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
            placeholder="ack · why? · create Jira task and assign to Ravi"
            isSending={reply.isPending}
            onSend={send}
          />
        </section>
        <section className="panel" aria-labelledby="tickets">
          <header>
            <h2 id="tickets">Tickets</h2>
          </header>
          {data?.issues.length === 0 && <p className="soft">No ticket was filed.</p>}
          <ul className="rows">
            {data?.issues.map((issue) => (
              <li key={issue.key}>
                <strong className="nowrap">{issue.key}</strong>
                <span className="grow">
                  <span className="foreign">{issue.summary}</span>
                  <span className="soft small foreign">
                    {issue.status}, {issue.assignee ?? 'unassigned'}
                  </span>
                </span>
              </li>
            ))}
          </ul>
        </section>
      </div>
    </div>
  )
}
