import { createHmac } from 'node:crypto'
import { STAND_IN_CREDENTIALS as KNOWN } from '@oncall-lab/stand-ins/api'
import { startStandIns, startWebhook } from '@oncall-lab/stand-ins/test-stand-ins'
import { expect, vi } from 'vitest'
import { type Answer, type Check, callerOf } from './check.ts'
import { ACCOUNT, auth, FROM, POST, TO, text, type World } from './twilio-world.ts'

function signatureOf(url: string, params: Record<string, string>): string {
  const signed = Object.keys(params)
    .sort()
    .reduce((all, name) => `${all}${name}${params[name]}`, url)
  return createHmac('sha1', KNOWN.twilioAuthToken).update(signed).digest('base64')
}

export function callbacks({ call, phone, webhook }: World): Check[] {
  const area = 'StatusCallback'
  const check = (what: string, run: () => Promise<void>): Check => ({ area, what, run })
  const calls = (sid: string) => webhook.calls.filter(({ params }) => params.MessageSid === sid && params.MessageStatus)
  const url = `${webhook.url}?message=1`
  const send = async (more: Record<string, string> = {}) => (await call(POST, text({ StatusCallback: url, ...more }))).json().sid as string
  const statuses = (sid: string) => calls(sid).map(({ params }) => params.MessageStatus)
  const ends = (sid: string, all: string[]) => vi.waitFor(() => expect(statuses(sid)).toEqual(all), { timeout: 5_000, interval: 20 })
  return [
    check('the first status is not told, sent and delivered are', async () => ends(await send(), ['sent', 'delivered'])),
    check('undelivered comes with ErrorCode', async () => {
      const sid = await send({ To: 'whatsapp:+15550107781' })
      await ends(sid, ['undelivered'])
      expect(calls(sid)[0]?.params.ErrorCode).toBe('63016')
    }),
    check('the signature covers the address with its query', async () => {
      const sid = await send()
      await ends(sid, ['sent', 'delivered'])
      for (const { params, signature } of calls(sid)) expect(signature).toBe(signatureOf(url, params))
    }),
    check('it names message, account, sender and recipient', async () => {
      const sid = await send()
      await ends(sid, ['sent', 'delivered'])
      expect(calls(sid)[0]?.params).toMatchObject({
        SmsSid: sid,
        AccountSid: KNOWN.twilioAccountSid,
        From: FROM,
        To: TO,
        ApiVersion: '2010-04-01',
      })
    }),
    check('each message has its own', async () => {
      const [a, b] = [await send(), await send()]
      await Promise.all([ends(a, ['sent', 'delivered']), ends(b, ['sent', 'delivered'])])
    }),
    check('read is told when the person opened it', async () => {
      const sid = await send()
      await ends(sid, ['sent', 'delivered'])
      await phone('POST /phone/read', { json: { sid } })
      await ends(sid, ['sent', 'delivered', 'read'])
    }),
  ]
}

const INBOUND =
  'AccountSid ApiVersion Body From MessageSid MessageType NumMedia NumSegments ProfileName ReferralNumMedia SmsMessageSid SmsSid SmsStatus To WaId'.split(
    ' ',
  )

export function inbound({ phone, webhook, call }: World): Check[] {
  const area = 'webhook, inbound'
  const check = (what: string, run: () => Promise<void>): Check => ({ area, what, run })
  const write = async (json: object): Promise<Answer> => phone('POST /phone/messages', { json })
  const last = () => webhook.calls.filter(({ params }) => params.SmsStatus === 'received').at(-1)
  return [
    check('the 15 parameters of a WhatsApp text', async () => {
      await write({ body: 'why?' })
      expect(Object.keys(last()?.params ?? {}).sort()).toEqual(INBOUND)
    }),
    check('the signature fits', async () => expect(last()?.signature).toBe(signatureOf(webhook.url, last()?.params ?? {}))),
    check('TwiML of the answer is sent as outbound-reply', async () => {
      await using talking = await startWebhook({ body: '<Response><Message>Hello &amp; welcome</Message></Response>' })
      const own = await startStandIns({ webhookUrl: talking.url })
      await callerOf(own.url)('POST /phone/messages', { json: { body: 'hi' } })
      const { messages } = (
        await callerOf(`${own.url}/twilio`, auth(KNOWN.twilioAccountSid, KNOWN.twilioAuthToken))(`GET ${ACCOUNT}/Messages.json`)
      ).json()
      await own.app.close()
      expect(messages[0]).toMatchObject({ direction: 'outbound-reply', body: 'Hello & welcome' })
    }),
    check('a webhook that is down is 11200', async () => {
      const own = await startStandIns({ webhookUrl: 'http://127.0.0.1:9/' })
      const answer = await callerOf(own.url)('POST /phone/messages', { json: { body: 'hi' } })
      await own.app.close()
      expect(answer.text).toContain('11200')
    }),
    check('TwiML of another content type is 12300', async () => {
      await using json = await startWebhook({ body: '<Response><Message>a</Message></Response>', contentType: 'application/json' })
      const own = await startStandIns({ webhookUrl: json.url })
      const answer = await callerOf(own.url)('POST /phone/messages', { json: { body: 'hi' } })
      await own.app.close()
      expect(answer.text).toContain('12300')
    }),
    check('a picture comes with its address', async () => {
      await write({ media: { content_type: 'image/png', data: 'iVBORw0K' } })
      const { MediaUrl0 = '', NumMedia } = last()?.params ?? {}
      expect([NumMedia, (await call(`GET ${new URL(MediaUrl0).pathname.replace('/twilio', '')}`)).status]).toEqual(['1', 200])
    }),
    check('each request has an idempotency token', async () => {
      await write({ body: 'again' })
      expect(last()?.headers?.['i-twilio-idempotency-token']).toMatch(/^[\w-]{20,}$/)
    }),
  ]
}
