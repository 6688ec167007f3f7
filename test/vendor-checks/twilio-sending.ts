import { STAND_IN_CREDENTIALS as KNOWN } from '@oncall-lab/stand-ins/api'
import { expect } from 'vitest'
import { type Call, type Check, callerOf, fromRows, type Row } from './check.ts'
import { ACCOUNT, auth, FROM, POST, TO, text, type World } from './twilio-world.ts'

const TEMPLATE = KNOWN.twilioPageTemplate
const HOUR_MS = 3_600_000
const MEMBERS =
  'account_sid api_version body date_created date_sent date_updated direction error_code error_message from messaging_service_sid num_media num_segments price price_unit sid status subresource_uris to uri'.split(
    ' ',
  )
type Form = { form: Record<string, string> }
const template = (more: Record<string, string> = {}): Form => ({
  form: { From: FROM, To: TO, ContentSid: TEMPLATE, ContentVariables: '{"1":"inventory","2":"errors."}', ...more },
})
const holds = (code: number, status = 400) => ({ code, status, more_info: `https://www.twilio.com/docs/errors/${code}` })

export function refusals(call: Call): Check[] {
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

export function creating({ call, ahead }: World): Check[] {
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

export function sandbox({ trial, ahead }: World): Check[] {
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
