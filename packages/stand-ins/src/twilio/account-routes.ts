import type { Service } from '@oncall-lab/service-kit/service'
import { API_VERSION, rfc2822 } from './message-resource.ts'
import { TEMPLATES, type Template } from './template.ts'
import type { TwilioAccount } from './twilio-account.ts'
import { TwilioError } from './twilio-error.ts'

/** When the account and its templates were made. */
const CREATED_MS = Date.parse('2026-01-01T00:00:00Z')

/** The account itself (a check of the credentials), and its content templates as `content.twilio.com/v1` lists them. */
export async function accountRoutes(app: Service, { accountSid }: TwilioAccount): Promise<void> {
  const uri = `/${API_VERSION}/Accounts/${accountSid}`
  app.get(`${uri}.json`, async () => ({
    auth_token: null,
    date_created: rfc2822(CREATED_MS),
    date_updated: rfc2822(CREATED_MS),
    friendly_name: 'Stand-in of Twilio',
    owner_account_sid: accountSid,
    sid: accountSid,
    status: 'active',
    subresource_uris: { messages: `${uri}/Messages.json` },
    type: 'Full',
    uri: `${uri}.json`,
  }))

  const page = (key: string) => ({
    meta: {
      page: 0,
      page_size: 50,
      first_page_url: `/v1/${key}?PageSize=50&Page=0`,
      previous_page_url: null,
      url: `/v1/${key}?PageSize=50&Page=0`,
      next_page_url: null,
      key: 'contents',
    },
  })
  app.get('/v1/Content', async () => ({ ...page('Content'), contents: TEMPLATES.map((each) => contentResource(each, accountSid)) }))
  app.get('/v1/ContentAndApprovals', async () => ({
    ...page('ContentAndApprovals'),
    contents: TEMPLATES.map((each) => ({ ...contentResource(each, accountSid), approval_requests: approvalResource(each) })),
  }))
  app.get<{ Params: { sid: string } }>('/v1/Content/:sid', async ({ params }) => contentResource(templateOf(params.sid), accountSid))
  app.get<{ Params: { sid: string } }>('/v1/Content/:sid/ApprovalRequests', async ({ params }) => ({
    sid: params.sid,
    account_sid: accountSid,
    whatsapp: approvalResource(templateOf(params.sid)),
    url: `/v1/Content/${params.sid}/ApprovalRequests`,
  }))
}

function templateOf(sid: string): Template {
  const found = TEMPLATES.find((template) => template.sid === sid)
  if (!found) throw new TwilioError(404, 20404, `The requested resource /v1/Content/${sid} was not found`)
  return found
}

function contentResource({ sid, name, body, buttons }: Template, accountSid: string) {
  const created = new Date(CREATED_MS).toISOString()
  const actions = buttons.map((title) => ({ title, id: title, type: 'QUICK_REPLY' }))
  return {
    sid,
    account_sid: accountSid,
    friendly_name: name,
    language: 'en',
    variables: Object.fromEntries([...body.matchAll(/\{\{(\w+)\}\}/g)].map(([, variable = '']) => [variable, ''])),
    types: buttons.length > 0 ? { 'twilio/quick-reply': { body, actions } } : { 'twilio/text': { body } },
    date_created: created,
    date_updated: created,
    url: `/v1/Content/${sid}`,
    links: { approval_fetch: `/v1/Content/${sid}/ApprovalRequests` },
  }
}

function approvalResource({ name, approval }: Template) {
  return { name, category: 'UTILITY', content_type: 'twilio/text', status: approval, rejection_reason: '', allow_category_change: true }
}
