import { STAND_IN_CREDENTIALS as STAND_IN } from '@oncall-lab/stand-ins/api'
import { type Static, Type } from 'typebox'
import type { ConnectorFacts } from '../../api.ts'
import { allOrNone } from '../../connector.ts'
import type { MailSettings } from './client.ts'

/** What an address looks like, in words. */
export const MAIL_FORM = 'mailto: and a mail address, such as mailto:oncall@example.com'

const ADDRESS = /^mailto:([a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64})@((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63})$/i

/** The address as it is stored, its domain in lower case; undefined for what is none. */
export function readMailAddress(text: string): string | undefined {
  const [, local, domain] = ADDRESS.exec(text.trim()) ?? []
  return local && domain && `mailto:${local}@${domain.toLowerCase()}`
}

/** `smtp://127.0.0.1:8094`, or with a name and password in it. */
const SmtpUrl = { pattern: '^smtps?://\\S+$', description: 'an address such as smtps://name:password@mail.example.com' }

/** Which mail server, and who sends; without them the stand-in. */
export const mailSettings = {
  SMTP_URL: Type.Optional(Type.String(SmtpUrl)),
  MAIL_FROM: Type.Optional(Type.String({ pattern: '^[^\\s@<>]+@[^\\s@<>]+$', description: 'a mail address, such as oncall@example.com' })),
  STAND_INS_SMTP_URL: Type.String({ ...SmtpUrl, default: 'smtp://127.0.0.1:8094' }),
}
const Settings = Type.Object(mailSettings)

/** The mail server where its variables are set, else the stand-in's mailbox. @throws ConfigError */
export function chooseMail(config: Static<typeof Settings>): { settings: MailSettings; about: ConnectorFacts } {
  const { SMTP_URL, MAIL_FROM } = config
  const real = allOrNone('Mail', { SMTP_URL, MAIL_FROM })
  const settings = { url: real?.SMTP_URL ?? config.STAND_INS_SMTP_URL, from: real?.MAIL_FROM ?? STAND_IN.mailFrom }
  const { protocol, host } = new URL(settings.url)
  return {
    settings,
    about: {
      id: 'mail',
      name: 'Mail',
      kind: real ? 'real' : 'stand_in',
      address: `${protocol}//${host}`,
      detail: `from ${settings.from}`,
      variable: 'SMTP_URL',
    },
  }
}
