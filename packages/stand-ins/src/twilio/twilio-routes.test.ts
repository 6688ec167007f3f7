import twilio from 'twilio'
import { expect, test, vi } from 'vitest'
import { STAND_IN_CREDENTIALS as KNOWN } from '../api.ts'
import { startStandIns, startWebhook } from '../test-stand-ins.ts'
import { INCIDENT_TEMPLATE } from './template.ts'

const HOUR_MS = 3_600_000
const SENDER = KNOWN.twilioWhatsappNumber
const USER = KNOWN.userWhatsappNumber

function clientOf(url: string, { sid = KNOWN.twilioAccountSid as string, token = KNOWN.twilioAuthToken as string } = {}) {
  const client = twilio(sid, token)
  client.api.baseUrl = `${url}/twilio`
  return client
}

test('a message goes queued, sent, delivered as time passes, in the shape that the SDK reads', async () => {
  let nowMs = Date.parse('2026-11-21T10:00:00Z')
  await using standIns = await startStandIns({ now: () => nowMs })
  const { messages } = clientOf(standIns.url)
  const created = await messages.create({ from: SENDER, to: USER, body: 'Incident 1' })
  expect(created).toMatchObject({
    status: 'queued',
    direction: 'outbound-api',
    numSegments: '1',
    dateSent: null,
    errorCode: null,
    price: null,
  })
  expect(created.sid).toMatch(/^SM[0-9a-f]{32}$/)
  expect(created.dateCreated.toISOString()).toBe('2026-11-21T10:00:00.000Z')
  nowMs += 300
  expect((await messages(created.sid).fetch()).status).toBe('sent')
  nowMs += 1_000
  const delivered = await messages(created.sid).fetch()
  expect(delivered).toMatchObject({ status: 'delivered', body: 'Incident 1', from: SENDER, to: USER })
  expect(delivered.subresourceUris).toMatchObject({
    media: `/2010-04-01/Accounts/${KNOWN.twilioAccountSid}/Messages/${created.sid}/Media.json`,
  })
})

test.each([
  ['a missing sender', { to: USER, body: 'x' }, 400, 21603],
  ['a missing recipient', { from: SENDER, to: '', body: 'x' }, 400, 21604],
  ['a recipient that is no number', { from: SENDER, to: 'whatsapp:12', body: 'x' }, 400, 21211],
  ['the sender as recipient', { from: SENDER, to: SENDER, body: 'x' }, 400, 63031],
  ['an unknown WhatsApp sender', { from: 'whatsapp:+15550109999', to: USER, body: 'x' }, 400, 63007],
  ['a recipient on another channel', { from: SENDER, to: '+15550100001', body: 'x' }, 400, 21910],
  ['an unknown SMS sender', { from: '+15550109999', to: '+15550100001', body: 'x' }, 400, 21606],
  ['no body', { from: SENDER, to: USER }, 400, 21602],
  ['a body of 1,601 characters', { from: SENDER, to: USER, body: 'x'.repeat(1_601) }, 400, 21617],
  ['an unknown template', { from: SENDER, to: USER, contentSid: `HX${'f'.repeat(32)}` }, 400, 21655],
  ['template variables that are no JSON', { from: SENDER, to: USER, contentSid: INCIDENT_TEMPLATE.sid, contentVariables: '{' }, 400, 21656],
  [
    'a template variable that is missing',
    { from: SENDER, to: USER, contentSid: INCIDENT_TEMPLATE.sid, contentVariables: '{"1":"a"}' },
    400,
    21656,
  ],
  [
    'a template text over 1,024 characters',
    { from: SENDER, to: USER, contentSid: INCIDENT_TEMPLATE.sid, contentVariables: JSON.stringify({ 1: 'a', 2: 'b'.repeat(1_000) }) },
    400,
    63021,
  ],
  ['a callback that is no address', { from: SENDER, to: USER, body: 'x', statusCallback: 'nowhere' }, 400, 21609],
])('refuses %s and keeps nothing', async (_case, params, status, code) => {
  await using standIns = await startStandIns()
  const { messages } = clientOf(standIns.url)
  await expect(messages.create(params)).rejects.toMatchObject({ status, code, moreInfo: `https://www.twilio.com/docs/errors/${code}` })
  expect(await messages.list()).toEqual([])
})

test('takes a body of exactly 1,600 characters', async () => {
  await using standIns = await startStandIns()
  await expect(clientOf(standIns.url).messages.create({ from: SENDER, to: USER, body: 'é'.repeat(1_600) })).resolves.toMatchObject({
    status: 'queued',
  })
})

test('accepts free text more than 24 hours after the last message, then fails it with 63016; a template still gets through', async () => {
  let nowMs = Date.now()
  await using standIns = await startStandIns({ now: () => nowMs })
  const { messages } = clientOf(standIns.url)
  nowMs += 24 * HOUR_MS
  const inTime = await messages.create({ from: SENDER, to: USER, body: 'in time' })
  nowMs += 1
  const late = await messages.create({ from: SENDER, to: USER, body: 'late' })
  const template = await messages.create({
    from: SENDER,
    to: USER,
    contentSid: INCIDENT_TEMPLATE.sid,
    contentVariables: JSON.stringify({ 1: 'inventory', 2: 'errors.' }),
  })
  const stranger = await messages.create({ from: SENDER, to: 'whatsapp:+15550107777', body: 'hello' })
  expect(late.status).toBe('queued')
  nowMs += 1_000
  expect((await messages(inTime.sid).fetch()).status).toBe('delivered')
  expect(await messages(late.sid).fetch()).toMatchObject({
    status: 'undelivered',
    errorCode: 63016,
    errorMessage: expect.stringContaining('outside the allowed window'),
  })
  expect(await messages(template.sid).fetch()).toMatchObject({
    status: 'delivered',
    body: 'Incident on inventory: errors. Reply to this message for the diagnosis.',
  })
  expect((await messages(stranger.sid).fetch()).errorCode).toBe(63016)
})

test('tells the status callback each change, signed so that the SDK accepts it', async () => {
  await using webhook = await startWebhook()
  await using standIns = await startStandIns()
  const url = `${webhook.url}?message=1`
  const { sid } = await clientOf(standIns.url).messages.create({ from: SENDER, to: USER, body: 'x', statusCallback: url })
  await vi.waitFor(() => expect(webhook.calls.map(({ params }) => params.MessageStatus)).toEqual(['sent', 'delivered']), 5_000)
  for (const { params, signature } of webhook.calls) {
    expect(params).toMatchObject({ MessageSid: sid, To: USER, From: SENDER })
    expect(twilio.validateRequest(KNOWN.twilioAuthToken, signature, url, params)).toBe(true)
  }
})

test('tells the status callback a failure with its error code', async () => {
  let aheadMs = 0
  await using webhook = await startWebhook()
  await using standIns = await startStandIns({ now: () => Date.now() + aheadMs })
  aheadMs = 25 * HOUR_MS
  await clientOf(standIns.url).messages.create({ from: SENDER, to: USER, body: 'x', statusCallback: webhook.url })
  await vi.waitFor(() => expect(webhook.calls).toHaveLength(1), 5_000)
  expect(webhook.calls[0]?.params).toMatchObject({ MessageStatus: 'undelivered', ErrorCode: '63016' })
})

test('lists newest first, by sender, recipient and time, over pages', async () => {
  let nowMs = Date.parse('2026-11-20T23:59:00Z')
  await using standIns = await startStandIns({ now: () => nowMs })
  const { messages } = clientOf(standIns.url)
  for (const body of ['one', 'two', 'three', 'four', 'five']) {
    await messages.create({ from: SENDER, to: body === 'three' ? 'whatsapp:+15550107777' : USER, body })
    nowMs += 30_000
  }
  const bodies = async (filter: Parameters<typeof messages.list>[0]) => (await messages.list(filter)).map(({ body }) => body)
  expect(await bodies({ pageSize: 2 })).toEqual(['five', 'four', 'three', 'two', 'one'])
  expect(await bodies({ to: 'whatsapp:+15550107777' })).toEqual(['three'])
  expect(await bodies({ from: USER })).toEqual([])
  expect(await bodies({ dateSentAfter: new Date('2026-11-21T00:00:30Z') })).toEqual(['five', 'four'])
  expect(await bodies({ dateSentBefore: new Date('2026-11-20T23:59:30Z') })).toEqual(['two', 'one'])
  const page = await messages.page({ pageSize: 2 })
  expect(page.instances).toHaveLength(2)
  expect((await page.nextPage())?.instances.map(({ body }) => body)).toEqual(['three', 'two'])
  const day = await standIns.app.inject({
    url: `/twilio/2010-04-01/Accounts/${KNOWN.twilioAccountSid}/Messages.json?DateSent=2026-11-20`,
    headers: { host: 'localhost', authorization: `Basic ${btoa(`${KNOWN.twilioAccountSid}:${KNOWN.twilioAuthToken}`)}` },
  })
  expect(day.json().messages.map(({ body }: { body: string }) => body)).toEqual(['two', 'one'])
})

test('refuses wrong credentials with 20003 and unknown messages with 20404', async () => {
  await using standIns = await startStandIns()
  const wrong = clientOf(standIns.url, { token: 'f'.repeat(32) })
  await expect(wrong.messages.list()).rejects.toMatchObject({ status: 401, code: 20003, message: 'Authenticate' })
  const stranger = clientOf(standIns.url, { sid: `AC${'f'.repeat(32)}` })
  await expect(stranger.messages.list()).rejects.toMatchObject({ status: 401, code: 20003 })
  await expect(
    clientOf(standIns.url)
      .messages(`SM${'0'.repeat(32)}`)
      .fetch(),
  ).rejects.toMatchObject({ status: 404, code: 20404 })
  await expect(clientOf(standIns.url).calls.list()).rejects.toMatchObject({ status: 404, code: 20404 })
})

test('queues what exceeds 80 messages a second instead of refusing it', async () => {
  let nowMs = Date.now()
  await using standIns = await startStandIns({ now: () => nowMs })
  const { messages } = clientOf(standIns.url)
  const created = []
  for (let at = 0; at < 100; at += 1) created.push((await messages.create({ from: SENDER, to: USER, body: 'x' })).sid)
  nowMs += 220
  expect((await messages(created[0] ?? '').fetch()).status).toBe('sent')
  expect((await messages(created[99] ?? '').fetch()).status).toBe('queued')
  nowMs += 1_000
  expect((await messages(created[99] ?? '').fetch()).status).toBe('delivered')
})

test('misses the recipient in a body that is JSON, as Twilio does', async () => {
  await using standIns = await startStandIns()
  const response = await fetch(`${standIns.url}/twilio/2010-04-01/Accounts/${KNOWN.twilioAccountSid}/Messages.json`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Basic ${btoa(`${KNOWN.twilioAccountSid}:${KNOWN.twilioAuthToken}`)}` },
    body: JSON.stringify({ To: USER, From: SENDER, Body: 'x' }),
  })
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ code: 21604, status: 400 })
})
