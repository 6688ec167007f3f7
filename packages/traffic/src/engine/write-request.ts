import type { PlannedRequest } from '../journeys/operation.ts'

/** Returns the writer of whole requests as they go over the wire; `host` is the value of the Host header. */
export function createRequestWriter(host: string): (request: PlannedRequest, stampMs: number | undefined) => string {
  const fixed = ` HTTP/1.1\r\nHost: ${host}\r\nAccept: */*\r\nUser-Agent: oncall-lab-traffic\r\n`
  return ({ method, path, body }, stampMs) => {
    const stamp = stampMs === undefined ? '' : `X-Intended-Start: t=${stampMs.toFixed(3)}\r\n`
    if (body === undefined) return `${method} ${path}${fixed}${stamp}\r\n`
    return `${method} ${path}${fixed}${stamp}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  }
}
