import type { AddressInfo } from 'node:net'
import { dictionary } from '@oncall-lab/service-kit/dictionary'
import PostalMime from 'postal-mime'
import { SMTPServer } from 'smtp-server'
import type { Mail } from '../api.ts'

/** Where mail for people arrives. */
export interface Mailbox {
  /** Newest first. */
  list(): Mail[]
  /** `smtp://127.0.0.1:<port>`. */
  readonly url: string
  close(): Promise<void>
}

const MOST_KEPT = 200
const MOST_BYTES = 1_000_000

/** Local parts that a server treats in a way of its own, so that a bad day can be had without a fault switch. */
const REFUSALS = dictionary<[code: number, words: string]>({
  nobody: [550, '5.1.1 No such mailbox'],
  full: [452, '4.2.2 Mailbox full'],
})

function refusal(code: number, words: string): Error {
  return Object.assign(new Error(words), { responseCode: code })
}

/** A mail server on this machine that takes mail for everybody (but `nobody@…` and `full@…`), in memory, and sends none on. */
export async function startMailbox({ port, host = '127.0.0.1' }: { port: number; host?: string }): Promise<Mailbox> {
  const mails: Mail[] = []
  let lastId = 0
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    size: MOST_BYTES,
    logger: false,
    // No name is looked up.
    disableReverseLookup: true,
    onAuth: (auth, _session, done) => done(null, { user: auth.username ?? '' }),
    onRcptTo({ address }, _session, done) {
      const [code, words] = REFUSALS[address.split('@', 1)[0]?.toLowerCase() ?? ''] ?? []
      done(code !== undefined && words !== undefined ? refusal(code, words) : null)
    },
    onData(stream, { envelope }, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        if (stream.sizeExceeded) return done(refusal(552, '5.3.4 Message too big'))
        PostalMime.parse(Buffer.concat(chunks)).then(
          (email) => {
            mails.unshift({
              id: ++lastId,
              at: new Date().toISOString(),
              to: envelope.rcptTo.map(({ address }) => address),
              ...wordsOf(email),
            })
            mails.splice(MOST_KEPT)
            done(null, `2.0.0 Taken as ${lastId}`)
          },
          () => done(refusal(554, '5.6.0 The message cannot be read')),
        )
      })
    },
  })
  // A client that goes away in the middle is its own affair.
  server.on('error', () => {})
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject)
    server.listen(port, host, resolve)
  })
  const { port: bound } = server.server.address() as AddressInfo // It listens on TCP.
  return {
    list: () => [...mails],
    url: `smtp://${host}:${bound}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

function wordsOf(email: Awaited<ReturnType<typeof PostalMime.parse>>): Omit<Mail, 'id' | 'at' | 'to'> {
  return {
    from: email.from?.address ?? '',
    subject: email.subject ?? '',
    text: email.text ?? '',
    message_id: email.messageId ?? '',
    in_reply_to: email.inReplyTo ?? null,
    headers: Object.fromEntries(email.headers.map(({ key, value }) => [key, value])),
  }
}
