import { createHmac } from 'node:crypto'
import { STAND_IN_CREDENTIALS as KNOWN } from '@oncall-lab/stand-ins/api'
import { startStandIns, startWebhook } from '@oncall-lab/stand-ins/test-stand-ins'
import { expect, vi } from 'vitest'
import { type Answer, type Call, type Check, callerOf, fromRows, type Row } from './check.ts'

const FROM = KNOWN.twilioWhatsappNumber
const TO = KNOWN.userWhatsappNumber
const ACCOUNT = `/2010-04-01/Accounts/${KNOWN.twilioAccountSid}`
const TEMPLATE = KNOWN.twilioPageTemplate
const HOUR_MS = 3_600_000
const MEMBERS =
  'account_sid api_version body date_created date_sent date_updated direction error_code error_message from messaging_service_sid num_media num_segments price price_unit sid status subresource_uris to uri'.split(
    ' ',
  )
const auth = (user: string, password: string) => ({ authorization: `Basic ${btoa(`${user}:${password}`)}` })

/** Twilio's Messages, callbacks and webhooks: 71 checks. Sources: twilio-oai `twilio_api_v2010.json`, and the pages of the error codes. */
export async function twilioChecks(): Promise<{ checks: Check[] } & AsyncDisposable> {
  let aheadMs = 0
  const now = () => Date.now() + aheadMs
  const webhook = await startWebhook()
  const standIns = await startStandIns({ now, webhookUrl: webhook.url })
  const trial = await startStandIns({ now, sandbox: true, webhookUrl: webhook.url })
  const call = callerOf(`${standIns.url}/twilio`, auth(KNOWN.twilioAccountSid, KNOWN.twilioAuthToken))
  const phone = callerOf(standIns.url)
  const world = { call, phone, webhook, ahead: (ms: number) => (aheadMs += ms), trial: trial.url }
  return {
    checks: [
      ...[...refusals(call), ...creating(world), ...sandbox(world)],
      ...[...reading(world), ...listing(world), ...callbacks(world), ...inbound(world), ...access(standIns.url, call)],
    ],
    async [Symbol.asyncDispose]() {
      await standIns.app.close()
      await trial.app.close()
      await webhook[Symbol.asyncDispose]()
    },
  }
}

interface World {
  call: Call
  phone: Call
  webhook: Awaited<ReturnType<typeof startWebhook>>
  ahead: (ms: number) => number
  /** An account whose sender is the sandbox. */
  trial: string
}

const POST = `POST ${ACCOUNT}/Messages.json`
type Form = { form: Record<string, string> }
const text = (more: Record<string, string> = {}): Form => ({ form: { From: FROM, To: TO, Body: 'x', ...more } })
const template = (more: Record<string, string> = {}): Form => ({
  form: { From: FROM, To: TO, ContentSid: TEMPLATE, ContentVariables: '{"1":"inventory","2":"errors."}', ...more },
})
const holds = (code: number, status = 400) => ({ code, status, more_info: `https://www.twilio.com/docs/errors/${code}` })

function refusals(call: Call): Check[] {
  const rows: Row[] = [
    ['no recipient: 21604', POST, { form: { From: FROM, Body: 'x' } }, 400, holds(21604)],
    ['no sender: 21603', POST, { form: { To: TO, Body: 'x' } }, 400, holds(21603)],
    ['no body: 21602', POST, { form: { From: FROM, To: TO } }, 400, holds(21602)],
    ['a recipient that is no number: 21211', POST, text({ To: 'whatsapp:12' }), 400, holds(21211)],
    ['channels that differ: 21910', POST, text({ To: '+15550100001' }), 400, holds(21910)],
    ['a foreign WhatsApp sender: 63007', POST, text({ From: 'whatsapp:+15550109999' }), 400, holds(63007)],
    ['a foreign SMS sender: 21606', POST, text({ From: '+15550109999', To: '+15550100001' }), 400, holds(21606)],
    ['1,601 characters: 21617', POST, text({ Body: 'x'.repeat(1_601) }), 400, holds(21617)],
    ['a callback that is no address: 21609', POST, text({ StatusCallback: 'nowhere' }), 400, holds(21609)],
    ['variables that are no JSON: 21656', POST, template({ ContentVariables: '{' }), 400, holds(21656)],
    ['a missing variable: 21656', POST, template({ ContentVariables: '{"1":"a"}' }), 400, holds(21656)],
    ['an unknown template: 21655', POST, template({ ContentSid: `HX${'f'.repeat(32)}` }), 400, holds(21655)],
    ['a template SID that is none: 21655', POST, template({ ContentSid: 'HX1' }), 400, holds(21655)],
    [
      'a template text above 1,024: 63021',
      POST,
      template({ ContentVariables: JSON.stringify({ 1: 'a', 2: 'b'.repeat(1_000) }) }),
      400,
      holds(63021),
    ],
    ['equal sender and recipient: 63031', POST, text({ To: FROM }), 400, holds(63031)],
    ['a JSON body counts as an empty form: 21604', POST, { json: { To: TO, From: FROM, Body: 'x' } }, 400, holds(21604)],
  ]
  return fromRows('POST Messages', () => call, rows)
}

function creating({ call, ahead }: World): Check[] {
  const area = 'POST Messages'
  const sent = async (form = text().form): Promise<Record<string, unknown>> => {
    const answer = await call(POST, { form })
    expect(answer.status).toBe(201)
    return answer.json()
  }
  const later = async (sid: unknown) => (await call(`GET ${ACCOUNT}/Messages/${String(sid)}.json`)).json()
  const check = (what: string, run: () => Promise<void>): Check => ({ area, what, run })
  return [
    check('the answer has the 20 members of the description', async () =>
      expect(Object.keys(await sent())).toEqual(expect.arrayContaining(MEMBERS)),
    ),
    check('the SID is SM and 32 hexadecimal digits', async () => expect((await sent()).sid).toMatch(/^SM[0-9a-f]{32}$/)),
    check('dates are RFC 2822 in UTC', async () =>
      expect((await sent()).date_created).toMatch(/^\w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} \+0000$/),
    ),
    check('a new message is queued, and not sent yet', async () =>
      expect(await sent()).toMatchObject({ status: 'queued', date_sent: null }),
    ),
    check('the direction is outbound-api', async () =>
      expect(await sent()).toMatchObject({ direction: 'outbound-api', api_version: '2010-04-01' }),
    ),
    check('a body of exactly 1,600 characters is taken', async () => void (await sent(text({ Body: 'é'.repeat(1_600) }).form))),
    check('a template is sent with its variables filled in', async () =>
      expect((await sent(template().form)).body).toContain('Incident on inventory: errors.'),
    ),
    check('media are taken: the SID begins with MM', async () =>
      expect((await sent(text({ MediaUrl: 'https://a.example/x.png' }).form)).sid).toMatch(/^MM/),
    ),
    check('a messaging service takes the place of a sender', async () => {
      const { messaging_service_sid } = await sent({
        To: TO,
        Body: 'x',
        MessagingServiceSid: 'MG00000000000000000000000000000001',
      })
      expect(messaging_service_sid).toBe('MG00000000000000000000000000000001')
    }),
    check('a message of the future is scheduled', async () => {
      const form = {
        To: TO,
        Body: 'x',
        MessagingServiceSid: 'MG00000000000000000000000000000001',
        ScheduleType: 'fixed',
        SendAt: new Date(Date.now() + HOUR_MS).toISOString(),
      }
      expect((await sent(form)).status).toBe('scheduled')
    }),
    check('what exceeds 80 a second stays queued instead of being refused', async () => {
      const all = await Promise.all(Array.from({ length: 120 }, () => sent()))
      expect(all.every(({ status }) => status === 'queued')).toBe(true)
      ahead(10_000)
    }),
    check('free text outside the window is taken, and fails later with 63016', async () => {
      const stranger = await sent(text({ To: 'whatsapp:+15550107777' }).form)
      expect(stranger.status).toBe('queued')
      ahead(1_000)
      expect(await later(stranger.sid)).toMatchObject({ status: 'undelivered', error_code: 63016 })
    }),
    check('a template reaches somebody outside the window', async () => {
      const { sid } = await sent(template({ To: 'whatsapp:+15550107778' }).form)
      ahead(1_000)
      expect(await later(sid)).toMatchObject({ status: 'delivered', error_code: null })
    }),
    check('every answer names its request', async () =>
      expect((await call(POST, text())).headers.get('twilio-request-id')).toMatch(/^RQ[0-9a-f]{32}$/),
    ),
  ]
}

function sandbox({ trial, ahead }: World): Check[] {
  const call = callerOf(`${trial}/twilio`, auth(KNOWN.twilioAccountSid, KNOWN.twilioAuthToken))
  const outcome = async () => {
    ahead(4_000)
    const { sid } = (await call(POST, text())).json()
    ahead(1_000)
    return (await call(`GET ${ACCOUNT}/Messages/${sid}.json`)).json().error_code
  }
  const joins = () => callerOf(trial)('POST /phone/messages', { json: { body: 'join brave-lion' } })
  const area = 'POST Messages'
  return [
    {
      area,
      what: 'the sandbox reaches only who joined: 63015',
      async run() {
        expect(await outcome()).toBe(63015)
        await joins()
        expect(await outcome()).toBeNull()
      },
    },
    {
      area,
      what: 'the sandbox takes one message in three seconds: 63018',
      async run() {
        ahead(4_000)
        await call(POST, text())
        const { sid } = (await call(POST, text())).json()
        ahead(1_000)
        expect((await call(`GET ${ACCOUNT}/Messages/${sid}.json`)).json().error_code).toBe(63018)
      },
    },
    {
      area,
      what: 'a trial account sends 50 messages a day: 429 and 63038',
      async run() {
        let answer = await call(POST, text())
        for (let sent = 0; sent < 50 && answer.status === 201; sent += 1) answer = await call(POST, text())
        expect([answer.status, answer.json().code]).toEqual([429, 63038])
      },
    },
  ]
}

function reading({ call, ahead }: World): Check[] {
  const area = 'GET Messages/{Sid}'
  const status = async (form: Record<string, string>, ms: number) => {
    const { sid } = (await call(POST, { form })).json()
    ahead(ms)
    return (await call(`GET ${ACCOUNT}/Messages/${sid}.json`)).json()
  }
  const check = (what: string, run: () => Promise<void>): Check => ({ area, what, run })
  return [
    check('queued at first', async () => expect((await status(text().form, 0)).status).toBe('queued')),
    check('then sent, with a date', async () =>
      expect(await status(text().form, 300)).toMatchObject({ status: 'sent', date_sent: expect.any(String) }),
    ),
    check('then delivered', async () => expect((await status(text().form, 1_000)).status).toBe('delivered')),
    check('or undelivered, with the words of its code', async () =>
      expect(await status(text({ To: 'whatsapp:+15550107779' }).form, 1_000)).toMatchObject({
        status: 'undelivered',
        error_message: expect.stringContaining('outside the allowed window'),
      }),
    ),
    check('an unknown SID is 404 and 20404 in the words of Twilio', async () => {
      const answer = await call(`GET ${ACCOUNT}/Messages/SM${'0'.repeat(32)}.json`)
      expect([answer.status, answer.json()]).toMatchObject([
        404,
        { code: 20404, message: expect.stringMatching(/^The requested resource .* was not found$/) },
      ])
    }),
    check('the subresource feedback is named', async () =>
      expect(Object.keys((await status(text().form, 0)).subresource_uris).sort()).toEqual(['feedback', 'media']),
    ),
  ]
}

function listing({ call, ahead }: World): Check[] {
  const area = 'GET Messages'
  const other = 'whatsapp:+15550107780'
  const check = (what: string, run: () => Promise<void>): Check => ({ area, what, run })
  const list = async (query = '') => (await call(`GET ${ACCOUNT}/Messages.json${query}`)).json()
  const bodies = async (query: string) => (await list(query)).messages.map(({ body }: { body: string }) => body)
  const day = () => new Date(Date.now() + 12 * HOUR_MS).toISOString().slice(0, 10)
  return [
    check('newest first', async () => {
      for (const body of ['one', 'two', 'three']) await call(POST, text({ To: other, Body: body }))
      ahead(2_000)
      expect(await bodies(`?To=${encodeURIComponent(other)}`)).toEqual(['three', 'two', 'one'])
    }),
    check('by recipient', async () => expect((await list('?To=nobody')).messages).toEqual([])),
    check('by sender', async () => expect((await list(`?From=${encodeURIComponent(other)}`)).messages).toEqual([])),
    check('by day', async () => expect((await list('?DateSent=2020-01-01')).messages).toEqual([])),
    check('after a day, as DateSent>', async () => expect((await list(`?DateSent%3E=${day()}`)).messages).toEqual(expect.any(Array))),
    check('before a day, as DateSent<', async () => expect((await list('?DateSent%3C=2020-01-01')).messages).toEqual([])),
    check('both ends at once', async () => expect((await list('?DateSent%3E=2019-01-01&DateSent%3C=2020-01-01')).messages).toEqual([])),
    check('a page has the paging members', async () =>
      expect(await list('?PageSize=2')).toMatchObject({
        page: 0,
        page_size: 2,
        start: 0,
        end: 1,
        first_page_uri: expect.any(String),
        previous_page_uri: null,
      }),
    ),
    check('next_page_uri leads through all, none twice', async () => {
      const seen: string[] = []
      for (let uri: string | null = `${ACCOUNT}/Messages.json?PageSize=20`; uri !== null; ) {
        const page = (await call(`GET ${uri}`)).json()
        seen.push(...page.messages.map(({ sid }: { sid: string }) => sid))
        uri = page.next_page_uri
      }
      expect(new Set(seen).size).toBe(seen.length)
      expect(seen.length).toBeGreaterThan(100)
    }),
    check('an unreadable page size is refused', async () =>
      expect((await call(`GET ${ACCOUNT}/Messages.json?PageSize=x`)).status).toBe(400),
    ),
  ]
}

function signatureOf(url: string, params: Record<string, string>): string {
  const signed = Object.keys(params)
    .sort()
    .reduce((all, name) => `${all}${name}${params[name]}`, url)
  return createHmac('sha1', KNOWN.twilioAuthToken).update(signed).digest('base64')
}

function callbacks({ call, phone, webhook }: World): Check[] {
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

function inbound({ phone, webhook, call }: World): Check[] {
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

function access(url: string, call: Call): Check[] {
  const wrong = callerOf(`${url}/twilio`, auth(KNOWN.twilioAccountSid, 'f'.repeat(32)))
  const nobody = callerOf(`${url}/twilio`)
  const key = callerOf(`${url}/twilio`, auth('SK00000000000000000000000000000001', '00000000000000000000000000000002'))
  const list = `GET ${ACCOUNT}/Messages.json`
  return [
    ...fromRows('auth', () => wrong, [['a wrong token: 401 and 20003', list, {}, 401, { code: 20003, message: 'Authenticate' }]]),
    ...fromRows('auth', () => nobody, [['no credentials: 401 and 20003', list, {}, 401, { code: 20003 }]]),
    ...fromRows('auth', () => key, [['an API key is taken', list, {}, 200]]),
    {
      area: 'auth',
      what: '401 names its realm',
      async run() {
        expect((await nobody(list)).headers.get('www-authenticate')).toBe('Basic realm="Twilio API"')
      },
    },
    ...fromRows('further routes', () => call, [
      ['the account itself', `GET ${ACCOUNT}.json`, {}, 200, { status: 'active' }],
      ['the templates', 'GET /v1/Content', {}, 200, { meta: { key: 'contents' } }],
      ['their approvals', 'GET /v1/ContentAndApprovals', {}, 200, { contents: [{ approval_requests: { status: 'approved' } }] }],
      ['an unknown resource: 20404', `GET ${ACCOUNT}/Calls.json`, {}, 404, { code: 20404 }],
    ]),
    {
      area: 'further routes',
      what: 'media of a message, an update and a removal',
      async run() {
        const { sid } = (await call(POST, text())).json()
        expect((await call(`GET ${ACCOUNT}/Messages/${sid}/Media.json`)).json().media_list).toEqual([])
        expect((await call(`POST ${ACCOUNT}/Messages/${sid}.json`, { form: { Body: '' } })).json().code).toBe(20009)
        expect((await call(`DELETE ${ACCOUNT}/Messages/${sid}.json`)).json().code).toBe(20009)
      },
    },
  ]
}
