import { type Static, Type } from 'typebox'
import type { ConnectorFacts } from '../../api.ts'

/** How a receiver wants its messages: ours, signed, or as Slack takes them. */
interface Receiver {
  url: string
  form: 'signed' | 'slack'
}

/** The secret that messages are signed with. */
export const webhookSettings = {
  WEBHOOK_SECRET: Type.Optional(Type.String({ minLength: 16, description: 'a secret of 16 characters at least' })),
}
const Settings = Type.Object(webhookSettings)

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/

/** The receiver that an address names: `https://…`, with `;form=slack` behind it where it is one of Slack's kind; http on this machine only. */
export function readReceiver(text: string): Receiver | undefined {
  const [, address = '', slack] = /^(https?:\/\/[^\s;]+)\s*(;\s*form\s*=\s*slack)?$/i.exec(text.trim()) ?? []
  const url = URL.parse(address)
  if (!url || (url.protocol === 'http:' && !LOOPBACK.test(url.hostname)) || url.username !== '') return undefined
  return { url: url.href, form: slack || url.hostname === 'hooks.slack.com' ? 'slack' : 'signed' }
}

/** What an address looks like, in words. */
export function webhookForm({ WEBHOOK_SECRET }: Static<typeof Settings>): string {
  const slack = 'https: and the address of a webhook of Slack’s kind with ;form=slack behind it'
  return WEBHOOK_SECRET === undefined
    ? `${slack} (any other https: address needs WEBHOOK_SECRET)`
    : `https: and the address of a webhook, or ${slack}`
}

/** The address as it is stored; a signed one needs a secret. */
export function readWebhookAddress(text: string, { WEBHOOK_SECRET }: Static<typeof Settings>): string | undefined {
  const receiver = readReceiver(text)
  if (!receiver || (receiver.form === 'signed' && WEBHOOK_SECRET === undefined)) return undefined
  return receiver.form === 'slack' ? `${receiver.url};form=slack` : receiver.url
}

/** For people. */
export function describeWebhooks({ WEBHOOK_SECRET }: Static<typeof Settings>): ConnectorFacts {
  return {
    id: 'webhook',
    name: 'Webhooks',
    kind: 'real',
    address: null,
    detail: WEBHOOK_SECRET === undefined ? 'of Slack’s kind only: no secret to sign others with' : 'signed, and of Slack’s kind',
    variable: 'WEBHOOK_SECRET',
  }
}
