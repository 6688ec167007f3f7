import type { IncomingMessage } from 'node:http'
import type { Problem } from '../problem.ts'
import { isLocalCaller } from './local-caller.ts'
import { decidePath } from './path-guard.ts'
import { checkRequest } from './request-check.ts'

/** What the balancer does with a request. */
export type Route =
  | { kind: 'forward'; target: string; host: string | undefined }
  | { kind: 'own'; shows: 'health' | 'metrics'; host: string | undefined }
  /** `OPTIONS *`: asks about the balancer itself (RFC 9110 §9.3.7). */
  | { kind: 'server_options' }
  | { kind: 'refuse'; problem: Problem }

/** Decides by the request's head alone. */
export function decideRoute(request: IncomingMessage): Route {
  const checked = checkRequest(request)
  if (checked.kind === 'reject') {
    const { status, reason, detail } = checked
    const headers = status === 405 ? ['Allow', 'GET, HEAD, OPTIONS, PUT, POST, PATCH, DELETE'] : []
    return { kind: 'refuse', problem: { status, code: reason, detail, headers, close: true } }
  }
  const { target, host } = checked
  if (target === '*') return { kind: 'server_options' }
  const rule = decidePath(target)
  switch (rule.kind) {
    case 'own':
      return { kind: 'own', shows: rule.reason, host }
    case 'malformed':
      return refuse(400, rule.reason, 'The path holds dot segments, backslashes or encoded control characters.')
    case 'refuse':
      return refuse(404, rule.reason, 'The load balancer does not pass this path on.')
    case 'local_only':
      if (!isLocalCaller(request, host)) return refuse(403, 'local_only', 'The logs are for callers on this machine.')
      return { kind: 'forward', target, host }
    default:
      return { kind: 'forward', target, host }
  }
}

function refuse(status: number, code: string, detail: string): Route {
  return { kind: 'refuse', problem: { status, code, detail } }
}
