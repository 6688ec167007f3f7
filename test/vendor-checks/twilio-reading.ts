import { STAND_IN_CREDENTIALS as KNOWN } from '@oncall-lab/stand-ins/api'
import { expect } from 'vitest'
import { type Call, type Check, callerOf, fromRows } from './check.ts'
import { ACCOUNT, auth, POST, text, type World } from './twilio-world.ts'

const HOUR_MS = 3_600_000

export function reading({ call, ahead }: World): Check[] {
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

export function listing({ call, ahead }: World): Check[] {
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

export function access(url: string, call: Call): Check[] {
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
