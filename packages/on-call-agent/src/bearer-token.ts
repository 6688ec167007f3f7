import { createHash, timingSafeEqual } from 'node:crypto'
import { ConfigError } from '@oncall-lab/service-kit/config'
import { LabError } from '@oncall-lab/service-kit/errors'
import type { Service } from '@oncall-lab/service-kit/service'

const LOOPBACK = ['127.0.0.1', '::1', 'localhost']
/** The value that says: something else keeps strangers away, such as a port that is published on loopback only. */
const OFF = 'off'

/** The token that callers must show; undefined when none is asked for. @throws ConfigError for a listener that strangers reach and that asks for none. */
export function decideToken({ HOST, AGENT_TOKEN }: { HOST: string; AGENT_TOKEN?: string }): string | undefined {
  if (AGENT_TOKEN !== undefined && AGENT_TOKEN !== OFF) return AGENT_TOKEN
  if (AGENT_TOKEN === OFF || LOOPBACK.includes(HOST)) return undefined
  throw new ConfigError(
    `AGENT_TOKEN must be set when HOST is no loopback address, got HOST ${JSON.stringify(HOST)} and no AGENT_TOKEN. Callers send it as "Authorization: Bearer …"; "off" asks for none.`,
  )
}

/** Refuses with 401 whoever does not show the token; health, metrics (which hold numbers only) and the paths of vendors' webhooks are open. */
export function demandToken(app: Service, token: string, isOpen: (path: string) => boolean): void {
  const expected = digest(`Bearer ${token}`)
  app.addHook('onRequest', async (request, reply) => {
    const path = request.url.split('?', 1)[0] ?? ''
    if (OPEN.includes(path) || isOpen(path)) return
    if (timingSafeEqual(digest(request.headers.authorization ?? ''), expected)) return
    reply.header('www-authenticate', 'Bearer')
    throw new LabError('This needs the header "Authorization: Bearer …" with the value of AGENT_TOKEN.', {
      code: 'unauthorized',
      status: 401,
    })
  })
}

const OPEN = ['/healthz', '/metrics']

/** Of equal length, whatever was sent. */
const digest = (text: string) => createHash('sha256').update(text).digest()
