import { STAND_IN_CREDENTIALS as KNOWN, type PhoneConversation } from '@oncall-lab/stand-ins/api'
import { startStandIns } from '@oncall-lab/stand-ins/test-stand-ins'
import { expect, test, vi } from 'vitest'
import { CLIENT_TIMEOUT_MS, describeChannelFaults } from '../../../test-parts/channel-faults.ts'
import type { Incident } from '../../api.ts'
import type { OutgoingMessage } from '../channel.ts'
import { createTwilioMessenger } from './client.ts'

const PERSON = KNOWN.userWhatsappNumber
const connect = (url: string) =>
  createTwilioMessenger({
    baseUrl: `${url}/twilio`,
    accountSid: KNOWN.twilioAccountSid,
    authToken: KNOWN.twilioAuthToken,
    from: KNOWN.twilioWhatsappNumber,
    timeoutMs: CLIENT_TIMEOUT_MS,
    pageTemplate: KNOWN.twilioPageTemplate,
  })

describeChannelFaults('WhatsApp', connect)

const message = (body: string, more: Partial<OutgoingMessage> = {}): OutgoingMessage => ({
  to: PERSON,
  body,
  reference: '7k2fh',
  repeat: false,
  kind: 'page',
  lastHeardAt: new Date(),
  ...more,
})
const textsOf = async (standIns: Awaited<ReturnType<typeof startStandIns>>) =>
  ((await (await fetch(`${standIns.url}/phone/messages`)).json()) as PhoneConversation).messages.map(({ body }) => body)

test('a message is accepted under an id, and found by its reference', async () => {
  await using standIns = await startStandIns()
  const whatsapp = connect(standIns.url)
  const { vendorId: id } = await whatsapp.send(message('Incident 7'))
  expect(id).toMatch(/^SM[0-9a-f]{32}$/)
  await whatsapp.send(message('Incident 7', { reference: 'other' }))
  expect(await whatsapp.find(message(''))).toBe(id)
  expect(await whatsapp.find({ to: PERSON, reference: 'absent' })).toBeUndefined()
  expect(await textsOf(standIns)).toEqual(['Incident 7 ·7k2fh', 'Incident 7 ·other'])
})

test('a repetition says so, and has the reference of the first', async () => {
  await using standIns = await startStandIns()
  const whatsapp = connect(standIns.url)
  const { vendorId: id } = await whatsapp.send(message('Incident 7', { repeat: true }))
  expect(await textsOf(standIns)).toEqual(['(repeat) Incident 7 ·7k2fh'])
  expect(await whatsapp.find(message(''))).toBe(id)
})

test('a text that is too long keeps its reference', async () => {
  await using standIns = await startStandIns()
  const whatsapp = connect(standIns.url)
  const { vendorId: id } = await whatsapp.send(message('x'.repeat(1_601)))
  expect(await whatsapp.find(message(''))).toBe(id)
})

test.each([
  ['a recipient that is no number', 'whatsapp:12', '21211'],
  ['the sender itself', KNOWN.twilioWhatsappNumber, '63031'],
])("%s is refused for good, with Twilio's own code", async (_title, to, code) => {
  await using standIns = await startStandIns()
  await expect(connect(standIns.url).send(message('x', { to }))).rejects.toMatchObject({ code, retryable: false, uncertain: false })
})

test('a wrong token can pass: it is tried again, slowly', async () => {
  await using standIns = await startStandIns()
  const whatsapp = createTwilioMessenger({
    baseUrl: `${standIns.url}/twilio`,
    accountSid: KNOWN.twilioAccountSid,
    authToken: 'wrong',
    from: KNOWN.twilioWhatsappNumber,
  })
  await expect(whatsapp.send(message('x'))).rejects.toMatchObject({ code: '20003', retryable: true, uncertain: false, slow: true })
})

const PAGE = '*I1* CRITICAL inventory: 80 % fail\n*Cause:* the database is down (90 % sure)\nReply *why*, *fix*'
const settled = (whatsapp: ReturnType<typeof connect>, vendorId: string) =>
  vi.waitFor(async () => expect(await whatsapp.statusOf({ to: PERSON, vendorId })).toBeDefined(), { timeout: 4_000, interval: 50 })

test('outside the 24-hour window the first two lines go out as the template, and arrive', async () => {
  await using standIns = await startStandIns({ window: 'closed' })
  const whatsapp = connect(standIns.url)
  const incident = { service: 'inventory' } as Incident // No more of it is read.
  const { vendorId, form } = await whatsapp.send(message(PAGE, { lastHeardAt: undefined, incident }))
  expect(form).toBe('template')
  expect(await textsOf(standIns)).toEqual([
    'Incident on inventory: *I1* CRITICAL inventory: 80 % fail *Cause:* the database is down (90 % sure) ·7k2fh Reply to this message for the diagnosis.',
  ])
  expect(await whatsapp.find(message(''))).toBe(vendorId)
  await settled(whatsapp, vendorId)
  expect(await whatsapp.statusOf({ to: PERSON, vendorId })).toEqual({ state: 'delivered' })
})

test('free text that WhatsApp drops is known as undelivered, and the next message to that person is a template', async () => {
  await using standIns = await startStandIns({ window: 'closed' })
  const whatsapp = connect(standIns.url)
  const { vendorId, form } = await whatsapp.send(message(PAGE))
  expect(form).toBeUndefined()
  await settled(whatsapp, vendorId)
  expect(await whatsapp.statusOf({ to: PERSON, vendorId })).toMatchObject({ state: 'undelivered', code: '63016', againAfterMs: 0 })
  const before = new Date(Date.now() - 60_000)
  expect(await whatsapp.send(message(PAGE, { reference: 'other', lastHeardAt: before }))).toMatchObject({ form: 'template' })
  expect(await whatsapp.send(message(PAGE, { lastHeardAt: new Date(Date.now() + 1_000) }))).not.toHaveProperty('form')
})

test.each([
  ['nothing', ''],
  ['one character', 'x'],
  ['599 characters', 'x'.repeat(599)],
  ['600 characters', 'x'.repeat(600)],
  ['1,024 characters', 'x'.repeat(1_024)],
  ['1,599 characters', 'x'.repeat(1_599)],
  ['1,600 characters', 'x'.repeat(1_600)],
  ['16,000 characters', 'x'.repeat(16_000)],
  ['800 emoji', '👩‍🚒🔥'.repeat(400)],
  ['right-to-left text', 'الخدمة لا تستجيب '.repeat(100)],
  ['half an emoji', '\ud83d'],
  ['a stack of 500 lines', Array.from({ length: 500 }, (_, line) => `    at handler${line} (/srv/app/file.ts:${line}:13)`).join('\n')],
  ['blanks, tabs and strange line ends', 'a\t\tb      c\u2028d\u0085e\n\n\nf'],
])('a page of %s is taken as free text and as a template, and found again', async (_title, body) => {
  await using standIns = await startStandIns()
  const whatsapp = connect(standIns.url)
  for (const [reference, lastHeardAt] of [
    ['text1', new Date()],
    ['tmpl1', undefined],
  ] as const) {
    const { vendorId, form } = await whatsapp.send(message(body, { reference, lastHeardAt }))
    expect(form).toBe(lastHeardAt ? undefined : 'template')
    expect(await whatsapp.find(message('', { reference }))).toBe(vendorId)
  }
})
