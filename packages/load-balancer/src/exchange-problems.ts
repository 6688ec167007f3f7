import type { FailureReason } from './failover.ts'
import type { Problem } from './problem.ts'

const COME_BACK = ['Retry-After', '1']

export const NO_BACKEND: Problem = {
  status: 503,
  code: 'no_backend',
  detail: 'The load balancer has no backend to send this request to.',
  headers: COME_BACK,
}

export const TOO_LARGE: Problem = { status: 413, code: 'body_too_large', detail: 'The body has more bytes than are forwarded here.' }

export const TOO_SLOW: Problem = { status: 408, code: 'request_timeout', detail: 'The request did not come in time.', close: true }

/** What the caller is told of a backend that gave no complete answer. */
export function backendFailed(url: string, status: number, reason: FailureReason): Problem {
  const headers = ['X-LB-Backend', url, ...(status === 503 ? COME_BACK : [])]
  return { status, code: reason, detail: `The backend ${url} gave no complete answer (${reason}).`, headers }
}
