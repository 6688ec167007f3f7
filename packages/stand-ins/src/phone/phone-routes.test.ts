import twilio from 'twilio'
import { Value } from 'typebox/value'
import { expect, test } from 'vitest'
import { STAND_IN_CREDENTIALS as KNOWN, PhoneConversation } from '../api.ts'
import { startStandIns, startWebhook } from '../test-stand-ins.ts'

const SENDER = KNOWN.twilioWhatsappNumber
const USER = KNOWN.userWhatsappNumber

async function write(url: string, message: object) {
  const response = await fetch(`${url}/phone/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(message),
  })
  const answer = (await response.json()) as { sid?: string } // The tests compare the rest.
  return { status: response.status, body: answer }
}

async function conversation(url: string): Promise<PhoneConversation> {
  const answer: unknown = await (await fetch(`${url}/phone/messages`)).json()
  return Value.Parse(PhoneConversation, answer)
}

function messagesOf(url: string) {
  const client = twilio(KNOWN.twilioAccountSid, KNOWN.twilioAuthToken)
  client.api.baseUrl = `${url}/twilio`
  return client.messages
}

test("what is written on the phone reaches the webhook with Twilio's parameters and a signature that the SDK accepts", async () => {
  await using webhook = await startWebhook()
  await using standIns = await startStandIns({ webhookUrl: webhook.url })
  const page = await messagesOf(standIns.url).create({ from: SENDER, to: USER, body: 'Incident 1' })
  const answer = await write(standIns.url, { body: 'create Jira task & assign to Ravi ✓', reply_to: page.sid })
  expect(answer).toMatchObject({ status: 200, body: { webhook: { status: 200, body: '<Response/>' } } })
  const [call] = webhook.calls
  expect(call?.params).toEqual({
    MessageSid: answer.body.sid,
    SmsMessageSid: answer.body.sid,
    SmsSid: answer.body.sid,
    AccountSid: KNOWN.twilioAccountSid,
    From: USER,
    To: SENDER,
    Body: 'create Jira task & assign to Ravi ✓',
    WaId: '15550100001',
    ProfileName: 'On call',
    MessageType: 'text',
    NumMedia: '0',
    ReferralNumMedia: '0',
    NumSegments: '1',
    SmsStatus: 'received',
    ApiVersion: '2010-04-01',
    OriginalRepliedMessageSid: page.sid,
    OriginalRepliedMessageSender: SENDER,
  })
  const { signature = '', params = {} } = call ?? {}
  expect(twilio.validateRequest(KNOWN.twilioAuthToken, signature, webhook.url, params)).toBe(true)
  expect(twilio.validateRequest(KNOWN.twilioAuthToken, signature, webhook.url, { ...params, Body: 'another' })).toBe(false)
  expect(await messagesOf(standIns.url).list({ from: USER })).toMatchObject([
    { sid: answer.body.sid, direction: 'inbound', status: 'received' },
  ])
})

test("TwiML in the webhook's answer comes back as a message", async () => {
  await using webhook = await startWebhook({ body: '<Response><Message>On it &amp; soon</Message></Response>' })
  await using standIns = await startStandIns({ webhookUrl: webhook.url })
  await write(standIns.url, { body: 'hello' })
  expect((await conversation(standIns.url)).messages).toMatchObject([
    { direction: 'out', body: 'hello' },
    { direction: 'in', body: 'On it & soon' },
  ])
})

test.each([403, 500, 503])('a webhook that answers %i gives the writer that status, and the message stays listed', async (status) => {
  await using webhook = await startWebhook({ status, body: 'refused' })
  await using standIns = await startStandIns({ webhookUrl: webhook.url })
  expect(await write(standIns.url, { body: 'hello' })).toMatchObject({
    status,
    body: { webhook: { status, body: 'refused' }, detail: expect.stringContaining(`answered with ${status}`) },
  })
  expect((await conversation(standIns.url)).messages).toMatchObject([{ body: 'hello', direction: 'out' }])
})

test("a webhook that cannot be reached gives 502 with Twilio's error 11200, and the message stays listed", async () => {
  await using standIns = await startStandIns({ webhookUrl: 'http://127.0.0.1:1/webhook/twilio' })
  expect(await write(standIns.url, { body: 'hello' })).toMatchObject({
    status: 502,
    body: { webhook: { status: null }, detail: expect.stringContaining('11200') },
  })
  expect((await conversation(standIns.url)).messages).toHaveLength(1)
})

test('writing opens the closed 24-hour window again', async () => {
  let nowMs = Date.now()
  await using webhook = await startWebhook()
  await using standIns = await startStandIns({ webhookUrl: webhook.url, now: () => nowMs })
  nowMs += 30 * 3_600_000
  await write(standIns.url, { body: 'I am here' })
  const { sid } = await messagesOf(standIns.url).create({ from: SENDER, to: USER, body: 'good' })
  nowMs += 1_000
  const { messages, window_closes_at } = await conversation(standIns.url)
  expect(messages.find((message) => message.sid === sid)).toMatchObject({ status: 'delivered', error_code: null })
  expect(Date.parse(window_closes_at ?? '')).toBe(nowMs - 1_000 + 24 * 3_600_000)
})

test.each([
  ['no body', {}, 'body.body'],
  ['an empty body', { body: '' }, 'body.body'],
  ['a body over 1,600 characters', { body: 'x'.repeat(1_601) }, 'body.body'],
  ['a sender that is no WhatsApp address', { body: 'x', from: '+15550100001' }, 'body.from'],
  ['a quote of nothing', { body: 'x', reply_to: `SM${'0'.repeat(32)}` }, 'body.reply_to'],
  ['an unknown field', { body: 'x', to: SENDER }, 'body.to'],
])('refuses %s, naming the field, and keeps nothing', async (_case, message, field) => {
  await using webhook = await startWebhook()
  await using standIns = await startStandIns({ webhookUrl: webhook.url })
  expect(await write(standIns.url, message)).toMatchObject({ status: 400, body: { code: 'invalid_request', field } })
  expect(webhook.calls).toEqual([])
  expect((await conversation(standIns.url)).messages).toEqual([])
})

test('the page comes with its two files, loads nothing from elsewhere and may not be framed', async () => {
  await using standIns = await startStandIns()
  const response = await fetch(standIns.url)
  const html = await response.text()
  expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none';.*frame-ancestors 'none'$/)
  expect(html).not.toMatch(/https?:\/\/|<script>|\son\w+=|style=/)
  for (const [, path] of html.matchAll(/(?:href|src)="([^"]+)"/g)) expect((await fetch(`${standIns.url}${path}`)).status).toBe(200)
})
