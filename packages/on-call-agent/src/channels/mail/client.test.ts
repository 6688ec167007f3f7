import { createServer } from 'node:net'
import { redact } from '@oncall-lab/service-kit/redact'
import { startStandIns } from '@oncall-lab/stand-ins/test-stand-ins'
import { SMTPServer } from 'smtp-server'
import { expect, test } from 'vitest'
import { deadAddress } from '../../../test-parts/fault-proxy.ts'
import { incidentOf } from '../../../test-parts/look-tools.ts'
import { MAIL_CUTS, MAIL_REFUSALS, MAIL_SILENCES, NO_MAIL_SERVER } from '../../../test-parts/mail-faults.ts'
import type { Claim } from '../../../test-parts/vendor-faults.ts'
import type { OutgoingMessage } from '../channel.ts'
import { createMailMessenger } from './client.ts'
import { readMailAddress } from './settings.ts'

const FROM = 'agent@oncall-lab.example'
const message = (more: Partial<OutgoingMessage> = {}): OutgoingMessage => ({
  to: 'mailto:maya@example.com',
  body: '*I1* CRITICAL inventory: 80 % fail\n*Cause:* ü & 👩‍🚒',
  reference: '7k2fh',
  repeat: false,
  kind: 'page',
  incident: { ...incidentOf('inventory'), ref: 'I1' },
  ...more,
})

test('a page arrives as a mail of its incident, by a program', async () => {
  await using standIns = await startStandIns({ mail: true })
  const mail = createMailMessenger({ url: standIns.smtpUrl, from: FROM })
  const { vendorId, delivered } = await mail.send(message())
  const [seen] = standIns.mails()
  expect(seen).toMatchObject({
    from: FROM,
    to: ['maya@example.com'],
    subject: '[I1] CRITICAL inventory: 80 % fail',
    message_id: `<${vendorId}@oncall-lab.example>`,
    headers: { 'auto-submitted': 'auto-generated', 'x-oncall-incident': 'I1' },
  })
  expect(seen?.text.trim()).toBe(message().body)
  expect(delivered).toBeUndefined()
})

test('two mails keep two ids when what they are stored with is made unreadable', async () => {
  await using standIns = await startStandIns({ mail: true })
  const mail = createMailMessenger({ url: standIns.smtpUrl, from: FROM })
  const ids = [await mail.send(message()), await mail.send(message({ reference: '9m4gk' }))].map(({ vendorId }) => vendorId)
  expect(ids.map((id) => redact(id))).toEqual(ids)
  expect(new Set(ids).size).toBe(2)
})

test('a repetition is the same mail, and says that it is one', async () => {
  await using standIns = await startStandIns({ mail: true })
  const mail = createMailMessenger({ url: standIns.smtpUrl, from: FROM })
  for (const repeat of [false, true]) await mail.send(message({ repeat }))
  const [second, first] = standIns.mails()
  expect(second?.message_id).toBe(first?.message_id)
  expect(second?.in_reply_to).toBe(first?.in_reply_to)
  expect(second?.subject).toMatch(/^\(repeat\) /)
})

test('a line break in the first line makes no header', async () => {
  await using standIns = await startStandIns({ mail: true })
  const mail = createMailMessenger({ url: standIns.smtpUrl, from: FROM })
  await mail.send(message({ body: 'down\r\nBcc: evil@example.com\r\n\r\nx' }))
  const [seen] = standIns.mails()
  expect(seen?.to).toEqual(['maya@example.com'])
  expect(Object.keys(seen?.headers ?? {})).not.toContain('bcc')
})

/** A server whose answers are chosen. */
async function startServer(at: 'onAuth' | 'onMailFrom' | 'onRcptTo' | 'onData', code: number) {
  const error = Object.assign(new Error('no'), { responseCode: code })
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    ...(at === 'onAuth' && { onAuth: (_auth: unknown, _session: unknown, done: (error: Error) => void) => done(error) }),
    ...(at === 'onMailFrom' && { onMailFrom: (_address: unknown, _session: unknown, done: (error: Error) => void) => done(error) }),
    ...(at === 'onRcptTo' && { onRcptTo: (_address: unknown, _session: unknown, done: (error: Error) => void) => done(error) }),
    onData(stream, _session, done) {
      stream.resume().on('end', () => done(at === 'onData' ? error : null))
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return { port, [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(resolve)) }
}

const claims = ({ claim }: { claim: Claim }) => ({ retryable: claim !== 'final', uncertain: claim === 'uncertain' })

test.each(MAIL_REFUSALS)('$at answered $code is $claim', async ({ at, code, slow, ...fault }) => {
  await using server = await startServer(at, code)
  const login = at === 'onAuth' ? 'name:password@' : ''
  const mail = createMailMessenger({ url: `smtp://${login}127.0.0.1:${server.port}`, from: FROM })
  await expect(mail.send(message())).rejects.toMatchObject({ code: String(code), slow, ...claims(fault) })
})

test(`${NO_MAIL_SERVER.name} is ${NO_MAIL_SERVER.claim}: nothing was sent`, async () => {
  const dead = new URL(await deadAddress())
  const mail = createMailMessenger({ url: `smtp://127.0.0.1:${dead.port}`, from: FROM })
  await expect(mail.send(message())).rejects.toMatchObject(claims(NO_MAIL_SERVER))
})

/** A server that says these lines, one for each that comes, and then nothing more, or closes. */
async function startReciter(says: readonly string[], ending: 'falls silent' | 'closes') {
  const server = createServer((socket) => {
    const left = [...says]
    const next = () => {
      const line = left.shift()
      if (line !== undefined) socket.write(`${line}\r\n`)
      else if (ending === 'closes') socket.destroy()
    }
    socket.on('error', () => undefined)
    if (says.length > 0) next()
    socket.on('data', next)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    url: `smtp://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    [Symbol.dispose]: () => void server.close(),
  }
}

test.each([
  ...MAIL_SILENCES.map((each) => ({ ...each, ending: 'falls silent' as const })),
  ...MAIL_CUTS.map((each) => ({ ...each, ending: 'closes' as const })),
])('$name is $claim', async ({ says, ending, ...fault }) => {
  using server = await startReciter(says, ending)
  const mail = createMailMessenger({ url: server.url, from: FROM, timeoutMs: 200 })
  await expect(mail.send(message())).rejects.toMatchObject(claims(fault))
})

test.each([
  ['mailto:Maya@Example.COM', 'mailto:Maya@example.com'],
  [' mailto:a.b+c@x.io ', 'mailto:a.b+c@x.io'],
  ['maya@example.com', undefined],
  ['mailto:maya', undefined],
  ['mailto:maya@localhost', undefined],
  ['mailto:a@x.io\nBcc: b@x.io', undefined],
  ['mailto:a@x.io?bcc=b@x.io', undefined],
])('%j is the address %j', (text, address) => {
  expect(readMailAddress(text)).toBe(address)
})
