import { createHash, timingSafeEqual } from 'node:crypto'
import { LabError } from '@oncall-lab/service-kit/errors'

/** What a request tells of its caller. */
export interface Call {
  method: string
  routeOptions: { url?: string | undefined }
  headers: Record<string, string | string[] | undefined>
  ip: string
}

/** Only what is harmless in a log and on a page. */
const LONGEST_NAME = 40

/** True for the agent, which shows its token; a person shows none. @throws LabError 401 for any other token. */
export function isAgent({ headers }: Pick<Call, 'headers'>, token: string): boolean {
  const given = headers.authorization
  if (given === undefined) return false
  if (isSame(String(given), `Bearer ${token}`)) return true
  throw new LabError('This Authorization is not known here. People send none; the on-call agent sends its own token', {
    code: 'unknown_credential',
    status: 401,
  })
}

/**
 * Who asked for a change, as it stands in the events: `POST /scale by curl/8.5.0 at 127.0.0.1`. The name is the caller's own, from `X-Requested-By` or
 * `User-Agent`; the agent's comes from its token.
 */
export function nameCaller(call: Call, token: string): string {
  const { method, routeOptions, headers, ip } = call
  const given = String(headers['x-requested-by'] ?? headers['user-agent'] ?? '')
  const own = given.replace(/[^\w./ -]/g, '').slice(0, LONGEST_NAME) || 'an unnamed caller'
  return `${method} ${routeOptions.url} by ${isAgent(call, token) ? 'the on-call agent' : own} at ${ip}`
}

function isSame(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(one), digest(other))
}
