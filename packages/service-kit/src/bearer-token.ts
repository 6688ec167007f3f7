import { createHash, timingSafeEqual } from 'node:crypto'
import { ConfigError } from './config.ts'
import { LabError } from './errors.ts'
import type { Service } from './service.ts'

const LOOPBACK = ['127.0.0.1', '::1', 'localhost']
/** The value that says: something else keeps strangers away, such as a port that is published on loopback only. */
const OFF = 'off'

/** True for an address that only this machine reaches. */
export const isLoopback = (host: string) => LOOPBACK.includes(host)

/** What a service knows of its listener and its token. */
interface TokenSetting {
  host: string
  token: string | undefined
  /** The variable that holds the token, for messages. */
  variable: string
}

/** The token that callers must show; undefined when none is asked for. @throws ConfigError for a listener that strangers reach and that asks for none. */
export function decideToken({ host, token, variable }: TokenSetting): string | undefined {
  if (token !== undefined && token !== OFF) return token
  if (token === OFF || isLoopback(host)) return undefined
  throw new ConfigError(
    `${variable} must be set when HOST is no loopback address, got HOST ${JSON.stringify(host)} and no ${variable}. Callers send it as "Authorization: Bearer …"; "off" asks for none.`,
  )
}

/** Refuses with 401 whoever does not show the token; health, metrics (which hold numbers only) and what `isOpen` names are open. */
export function demandToken(
  app: Service,
  { token, variable, isOpen }: { token: string; variable: string; isOpen: (path: string) => boolean },
): void {
  const expected = digest(`Bearer ${token}`)
  app.addHook('onRequest', async (request, reply) => {
    const path = request.url.split('?', 1)[0] ?? ''
    if (OPEN.includes(path) || isOpen(path)) return
    if (timingSafeEqual(digest(request.headers.authorization ?? ''), expected)) return
    reply.header('www-authenticate', 'Bearer')
    throw new LabError(`This needs the header "Authorization: Bearer …" with the value of ${variable}.`, {
      code: 'unauthorized',
      status: 401,
    })
  })
}

const OPEN = ['/healthz', '/metrics']

/** Of equal length, whatever was sent. */
const digest = (text: string) => createHash('sha256').update(text).digest()
