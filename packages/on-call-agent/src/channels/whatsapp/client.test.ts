import { STAND_IN_CREDENTIALS as KNOWN, type PhoneConversation } from '@oncall-lab/stand-ins/api'
import { startStandIns } from '@oncall-lab/stand-ins/test-stand-ins'
import { expect, test } from 'vitest'
import { CLIENT_TIMEOUT_MS, describeChannelFaults } from '../../../test-parts/channel-faults.ts'
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
  })

describeChannelFaults('WhatsApp', connect)

const message = (body: string, more: Partial<OutgoingMessage> = {}) => ({ to: PERSON, body, reference: '7k2fh', repeat: false, ...more })
const textsOf = async (standIns: Awaited<ReturnType<typeof startStandIns>>) =>
  ((await (await fetch(`${standIns.url}/phone/messages`)).json()) as PhoneConversation).messages.map(({ body }) => body)

test('a message is accepted under an id, and found by its reference', async () => {
  await using standIns = await startStandIns()
  const whatsapp = connect(standIns.url)
  const id = await whatsapp.send(message('Incident 7'))
  expect(id).toMatch(/^SM[0-9a-f]{32}$/)
  await whatsapp.send(message('Incident 7', { reference: 'other' }))
  expect(await whatsapp.find(message(''))).toBe(id)
  expect(await whatsapp.find({ to: PERSON, reference: 'absent' })).toBeUndefined()
  expect(await textsOf(standIns)).toEqual(['Incident 7 ·7k2fh', 'Incident 7 ·other'])
})

test('a repetition says so, and has the reference of the first', async () => {
  await using standIns = await startStandIns()
  const whatsapp = connect(standIns.url)
  const id = await whatsapp.send(message('Incident 7', { repeat: true }))
  expect(await textsOf(standIns)).toEqual(['(repeat) Incident 7 ·7k2fh'])
  expect(await whatsapp.find(message(''))).toBe(id)
})

test('a text that is too long keeps its reference', async () => {
  await using standIns = await startStandIns()
  const whatsapp = connect(standIns.url)
  const id = await whatsapp.send(message('x'.repeat(1_601)))
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
