import type { ServerResponse } from 'node:http'

/** Answers with a problem detail (RFC 9457) of the balancer's own; does nothing when an answer has begun. */
export function answerProblem(
  response: ServerResponse,
  { status, code, detail, headers = {} }: { status: number; code: string; detail: string; headers?: Record<string, string> },
): void {
  if (response.headersSent || response.destroyed) return
  const body = JSON.stringify({ status, code, detail })
  response.writeHead(status, { 'content-type': 'application/problem+json', 'content-length': Buffer.byteLength(body), ...headers })
  response.end(body)
}
