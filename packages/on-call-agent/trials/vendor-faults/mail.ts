import { setTimeout as sleep } from 'node:timers/promises'
import { startStandIns } from '@oncall-lab/stand-ins/test-stand-ins'
import { createMailMessenger } from '../../src/channels/mail/client.ts'
import { referenceOf } from '../../src/delivery/reference.ts'
import { type SmtpFault, startSmtpFaultProxy } from '../../test-parts/smtp-fault-proxy.ts'
import { deliver, LONGER_MS, type Seen, seenBy, TIMEOUT_MS } from './deliver.ts'

/** Every way in which a mail server fails that is no word about the mail itself. */
export const MAIL_FAULTS: { name: string; fault: SmtpFault }[] = [
  { name: '421 as greeting', fault: { kind: 'answers', at: 'greeting', reply: '421 4.3.2 Shutting down' } },
  { name: '451 for the sender', fault: { kind: 'answers', at: 'MAIL', reply: '451 4.3.0 Try again' } },
  { name: '450 for the recipient', fault: { kind: 'answers', at: 'RCPT', reply: '450 4.2.1 Greylisted' } },
  { name: '452 before the text', fault: { kind: 'answers', at: 'DATA', reply: '452 4.3.1 Out of space' } },
  { name: '451 after the text', fault: { kind: 'answers', at: 'end', reply: '451 4.3.0 Try again' } },
  { name: 'silent', fault: { kind: 'silent' } },
  { name: 'connection lost before it', fault: { kind: 'lost_request' } },
  { name: 'answer lost', fault: { kind: 'lost_answer' } },
  { name: 'answer late', fault: { kind: 'answer_late', ms: LONGER_MS } },
  { name: 'done late', fault: { kind: 'done_late', ms: LONGER_MS } },
]

/**
 * Mails to as many people. SMTP has no question for a mail whose answer was lost: it is sent again under the same Message-ID, by which mail programs
 * know it, with a word; so a mail is there twice when two Message-IDs are.
 */
export async function throughMail(sends: number, { name, fault }: (typeof MAIL_FAULTS)[number]): Promise<Seen> {
  await using standIns = await startStandIns({ mail: true })
  await using proxy = await startSmtpFaultProxy(standIns.smtpUrl)
  // On a busy machine a client gives some connections up before the fault is felt: the next ones have it then.
  proxy.behaviour.fault = () => (proxy.struck() < sends ? fault : undefined)
  const people = Array.from({ length: sends }, (_, n) => `mailto:person${n}@example.com`)
  const messenger = createMailMessenger({ url: proxy.url, from: 'agent@oncall-lab.example', timeoutMs: TIMEOUT_MS })
  const { arrived } = await deliver({ messenger, people, arrives: 'accepted', what: `Mail, ${name}` })
  await sleep(2 * LONGER_MS)
  const mails = standIns.mails()
  const of = (person: string) => mails.filter(({ to }) => to.includes(person.replace('mailto:', '')))
  const references = new Map(arrived.map((message) => [message.recipient, referenceOf(message)]))
  const ids = people.map((person) => new Set(of(person).map(({ message_id }) => message_id)))
  const repeated = people.flatMap((person) => of(person).filter(({ subject }) => subject.startsWith('(repeat)')))
  const unnamed = people.filter((person, n) => ![...(ids[n] ?? [])].every((id) => id.includes(references.get(person) ?? '-'))).length
  return seenBy(
    ids.map(({ size }) => size),
    { struck: proxy.struck(), copies: mails.length, toldAsRepeated: repeated.length, unnamed },
  )
}
