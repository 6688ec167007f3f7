import type { IncomingMessage } from 'node:http'
import { isLocalCaller } from './caller.ts'
import { decidePath } from './path-guard.ts'
import { checkRequest } from './request-check.ts'

/** What the balancer does with a request. */
export type Route =
  | { kind: 'own'; reason: 'health' | 'metrics' }
  /** `OPTIONS *`: asks about the balancer itself (RFC 9110 §9.3.7). */
  | { kind: 'server_options' }
  | { kind: 'refuse'; status: number; reason: string; detail: string; close: boolean }
  | { kind: 'forward'; target: string; host: string | undefined }

/** Decides by the request's head alone. */
export function decideRoute(request: IncomingMessage): Route {
  const checked = checkRequest(request)
  if (checked.kind === 'reject') return { ...checked, kind: 'refuse', close: true }
  const { target, host } = checked
  if (target === '*') return { kind: 'server_options' }
  const rule = decidePath(target)
  if (rule.kind === 'own') return rule
  if (rule.kind === 'refuse')
    return { kind: 'refuse', status: 404, reason: rule.reason, detail: 'The load balancer does not pass this path on.', close: false }
  if (rule.kind === 'local_only' && !isLocalCaller(request, host))
    return { kind: 'refuse', status: 403, reason: 'local_only', detail: 'The logs are for callers on this machine.', close: false }
  return { kind: 'forward', target, host }
}
