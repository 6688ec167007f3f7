import { request } from 'undici'
import { CliError } from './cli-error.ts'
import type { Lab } from './lab.ts'
import { notAnswering } from './not-answering.ts'

interface Question {
  /** Sent as JSON by POST; a GET without it. */
  body?: object | undefined
  withinMs?: number
}

/** Asks the lab's process manager. @throws CliError with its reason, or when no lab runs. */
export async function askFleet<T>(lab: Lab, path: string, { body, withinMs = 60_000 }: Question = {}): Promise<T> {
  const url = `${lab.book.url('processManager')}${path}`
  const post = body && { method: 'POST' as const, body: JSON.stringify(body) }
  const headers = { 'x-requested-by': lab.env.USER || 'lab', ...(body && { 'content-type': 'application/json' }) }
  const limits = { signal: AbortSignal.timeout(withinMs), headersTimeout: withinMs, bodyTimeout: withinMs }
  const answer = await request(url, { headers, ...limits, ...post }).catch((error: unknown) => {
    if (error instanceof DOMException) throw new CliError(`The process manager does not answer within ${withinMs / 1_000} s`)
    throw notAnswering(lab, 'process manager', url)
  })
  const result: unknown = await answer.body.json()
  if (answer.statusCode < 300) return result as T // As the route's schema says.
  const detail = typeof result === 'object' && result !== null && 'detail' in result ? String(result.detail) : JSON.stringify(result)
  // Whoever typed a command knows of no body.
  throw new CliError(detail.replace(/^body\.(?=\w)/, ''))
}
