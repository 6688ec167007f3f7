import { type Dispatcher, errors, Pool } from 'undici'
import type { PlannedRequest } from './request-plan.ts'

/** How a request ended for the customer. `dropped`: never sent, because no slot became free in time. */
export type Outcome = { kind: 'answer'; status: number } | { kind: 'timeout' } | { kind: 'connection_failed' } | { kind: 'dropped' }

/** Sends requests to the target over kept connections. */
export interface Customer extends AsyncDisposable {
  /** Never rejects; the whole answer is read. */
  send(request: PlannedRequest, timeoutMs: number): Promise<Outcome>
}

/** `connections` is the most that are open at a time. */
export function createCustomer(url: string, connections: number): Customer {
  const pool = new Pool(url, { connections, pipelining: 1 })
  return {
    async send({ method, path, body }, timeoutMs) {
      const deadline = AbortSignal.timeout(Math.ceil(timeoutMs))
      const options: Dispatcher.RequestOptions = { method, path, signal: deadline }
      if (body !== undefined) Object.assign(options, { body, headers: { 'content-type': 'application/json' } })
      try {
        const answer = await pool.request(options)
        for await (const _ of answer.body);
        return { kind: 'answer', status: answer.statusCode }
      } catch (error) {
        return { kind: deadline.aborted || error instanceof errors.ConnectTimeoutError ? 'timeout' : 'connection_failed' }
      }
    },
    [Symbol.asyncDispose]: () => pool.destroy(),
  }
}
