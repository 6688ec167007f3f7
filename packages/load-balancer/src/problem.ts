import { type ServerResponse, STATUS_CODES } from 'node:http'

/** An answer of the balancer's own. `headers` are flat name and value pairs. */
export interface Problem {
  status: number
  code: string
  detail: string
  headers?: readonly string[]
  /** The connection ends with it, because what follows on it cannot be trusted or will not come. */
  close?: boolean
}

/** Answers with a problem detail (RFC 9457); does nothing when an answer has begun. */
export function answerProblem(response: ServerResponse, problem: Problem): void {
  if (response.headersSent || response.destroyed) return
  const body = JSON.stringify({ status: problem.status, code: problem.code, detail: problem.detail })
  if (problem.close) response.shouldKeepAlive = false
  response.writeHead(problem.status, [...problemHeaders(body), ...(problem.headers ?? [])])
  response.end(body)
}

/** The same as bytes, for a connection whose request could not be read. */
export function rawProblem({ status, code, detail }: Problem): string {
  const body = JSON.stringify({ status, code, detail })
  const [type, typeValue, length, lengthValue] = problemHeaders(body)
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\n${type}: ${typeValue}\r\n${length}: ${lengthValue}\r\n\r\n${body}`
}

function problemHeaders(body: string): [string, string, string, string] {
  return ['Content-Type', 'application/problem+json', 'Content-Length', String(Buffer.byteLength(body))]
}
