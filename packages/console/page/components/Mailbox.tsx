import { useMailbox } from '../data/mail.ts'
import { clockTime } from '../data/time.ts'
import { Failure } from './Failure.tsx'
import { MessageText } from './MessageText.tsx'

const SHOWN = 20

/** The mails of everybody on call, where mail goes to the stand-in. */
export function Mailbox() {
  const { data, error, isEnabled } = useMailbox()
  if (!isEnabled) return null
  return (
    <section className="panel" aria-labelledby="mailbox">
      <header>
        <h2 id="mailbox">Mailbox</h2>
        {data && <span className="soft small">{data.length === 1 ? 'one mail' : `${data.length} mails`}, newest first</span>}
      </header>
      <Failure error={error} what="The mailbox cannot be shown: " />
      {data?.length === 0 && <p className="soft">No mail yet. Contacts with a mailto: address get some.</p>}
      <ul className="rows">
        {data?.slice(0, SHOWN).map((mail) => (
          <li key={mail.id}>
            <details className="grow">
              <summary>
                <strong className="foreign">{mail.subject}</strong>{' '}
                <span className="soft small foreign">
                  to {mail.to.join(', ')}, {clockTime(mail.at)}
                </span>
              </summary>
              <MessageText body={mail.text} />
            </details>
          </li>
        ))}
      </ul>
    </section>
  )
}
