import type { IncomingHttpHeaders } from 'node:http'

/**
 * The content types that a route takes in a request that may change something. `json`: JSON only. `form`: URL-encoded forms only, for a vendor's signed
 * webhook. `any`: every type as long as no browser sent it; a browser must send JSON.
 */
export type AcceptedBodies = 'json' | 'form' | 'any'

/** What the guard looks at. */
export interface GuardedRequest {
  method: string
  headers: IncomingHttpHeaders
  /** The names under which a page of ours may be open in a browser, without a port: the loopback names and what the configuration adds. */
  hosts: string[]
  accepts: AcceptedBodies
}

/** Why a request is refused, ready for a problem document (RFC 9457). */
export interface GuardRefusal {
  status: 403 | 415
  code: 'foreign_site' | 'unsupported_media_type'
  detail: string
}

/** The names under which a process is called on its own machine, as they stand in a Host header without the port. */
export const LOOPBACK_HOSTS = ['127.0.0.1', 'localhost', '[::1]']

/** The name in a Host header, without its port; names have no case. */
export const hostNameIn = (header: string | undefined): string => (header ?? '').replace(/:\d*$/, '').toLowerCase()

const HARMLESS = ['GET', 'HEAD']
const OURS = ['same-origin', 'none']

/**
 * Decides whether a web page of another origin may be behind a request; null lets it through. Another port of this machine is another origin, too.
 * - `Sec-Fetch-Site` (https://www.w3.org/TR/fetch-metadata/): a page of another origin may link here, and nothing else: no frame, no image, no fetch.
 * - `Origin`: must be the address that the request itself names, under one of our names (so DNS rebinding gains nothing).
 * - Content type: a browser sends forms, plain text and untyped bodies without asking first, and asks before it sends JSON; nobody here says yes.
 * A caller that is no browser sends neither header, and needs no content type as long as it sends no body.
 */
export function decideBrowser({ method, headers, hosts, accepts }: GuardedRequest): GuardRefusal | null {
  const isRead = HARMLESS.includes(method)
  const site = headers['sec-fetch-site']
  if (typeof site === 'string' && !OURS.includes(site) && !(isRead && isLinkFollowed(headers)))
    return foreign(String(headers.origin ?? site))
  if (isRead || method === 'OPTIONS') return null
  if (headers.origin !== undefined && !isOwnOrigin(headers.origin, headers.host, hosts)) return foreign(headers.origin)
  return isTypeAccepted({ method, headers, accepts }) ? null : wrongType(headers['content-type'], accepts)
}

/** True when somebody followed a link: the answer becomes the page that they see, and the page that they left learns nothing. */
function isLinkFollowed(headers: IncomingHttpHeaders): boolean {
  return headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document'
}

function isOwnOrigin(origin: string, host: string | undefined, hosts: string[]): boolean {
  if (!URL.canParse(origin)) return false // `null`: a sandboxed frame, a file, a redirect.
  const url = new URL(origin)
  return url.host === host && hosts.includes(url.hostname)
}

function isTypeAccepted({ method, headers, accepts }: Omit<GuardedRequest, 'hosts'>): boolean {
  const given = headers['content-type']
  const type = given?.split(';', 1)[0]?.trim().toLowerCase()
  const isBrowser = headers.origin !== undefined || headers['sec-fetch-site'] !== undefined
  if (type === undefined) {
    const isEmpty = headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0
    // Browsers send all methods but POST only after asking.
    return isEmpty ? !isBrowser || method !== 'POST' : accepts === 'any' && !isBrowser
  }
  if (accepts === 'form') return type === 'application/x-www-form-urlencoded'
  return type === 'application/json' || (accepts === 'any' && !isBrowser)
}

function foreign(from: string): GuardRefusal {
  const detail = `A page of another origin (${from.slice(0, 100)}) may not do this. Open this service's own page, or call it from a program.`
  return { status: 403, code: 'foreign_site', detail }
}

function wrongType(given: string | undefined, accepts: AcceptedBodies): GuardRefusal {
  const expected = accepts === 'form' ? 'application/x-www-form-urlencoded' : 'application/json'
  const detail = `The content type must be ${expected}, got ${given === undefined ? 'none' : JSON.stringify(given.slice(0, 100))}.`
  return { status: 415, code: 'unsupported_media_type', detail }
}
