import { ConfigError } from '@oncall-lab/service-kit/config'
import { type Static, Type } from 'typebox'

/** Who is told of incidents, and what messages to them are signed with. */
export const notifySettings = {
  NOTIFY_URLS: Type.String({ default: '' }),
  NOTIFY_SECRET: Type.Optional(Type.String({ minLength: 16, description: 'a secret of 16 characters at least' })),
}
const Settings = Type.Object(notifySettings)

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/

/** The receivers, https or on this machine; undefined without one. @throws ConfigError */
export function readReceivers({
  NOTIFY_URLS,
  NOTIFY_SECRET,
}: Static<typeof Settings>): { receivers: string[]; secret: string } | undefined {
  const receivers = NOTIFY_URLS.split(',')
    .map((text) => text.trim())
    .filter(Boolean)
  if (receivers.length === 0) return undefined
  for (const text of receivers) {
    const url = URL.parse(text)
    const isGood = url && url.username === '' && (url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname)))
    if (!isGood)
      throw new ConfigError(
        `NOTIFY_URLS must hold https: addresses (http: on this machine only) with commas between them, got ${JSON.stringify(text)}`,
      )
  }
  if (NOTIFY_SECRET === undefined) throw new ConfigError('NOTIFY_SECRET must be set where NOTIFY_URLS is: messages are signed with it.')
  return { receivers, secret: NOTIFY_SECRET }
}
