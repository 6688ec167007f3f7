import { Agent, type Dispatcher, errors, request } from 'undici'
import { describeError, UpstreamError } from './errors.ts'

/** JSON over HTTP to one remote system; every failure is an UpstreamError that names the system. */
export interface HttpClient extends AsyncDisposable {
  /** @throws UpstreamError with code `upstream_unreachable`, `upstream_timeout`, `upstream_status` or `upstream_garbled`. */
  get<T>(path: string, options?: { query?: Record<string, string | number>; signal?: AbortSignal }): Promise<T>
  /** Sent at most once. @throws as `get`. */
  post<T>(path: string, body: unknown, options?: { signal?: AbortSignal }): Promise<T>
}

/** `name` is the system as a person calls it ("Prometheus"); `timeoutMs` bounds each call as a whole. */
export function createHttpClient({ name, baseUrl, timeoutMs }: { name: string; baseUrl: string; timeoutMs: number }): HttpClient {
  const dispatcher = new Agent({ connect: { timeout: timeoutMs }, keepAliveTimeout: 4_000 })

  async function exchange<T>(
    method: 'GET' | 'POST',
    path: string,
    body: unknown,
    query: Record<string, string | number> | undefined,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    const deadline = AbortSignal.timeout(timeoutMs)
    let answer: Dispatcher.ResponseData
    let text: string
    try {
      answer = await request(`${baseUrl}${path}`, {
        method,
        dispatcher,
        signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
        ...(query && { query }),
        ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      })
      text = await answer.body.text()
    } catch (cause) {
      if (signal?.aborted) throw cause
      const late = deadline.aborted || cause instanceof errors.ConnectTimeoutError
      throw late
        ? new UpstreamError(`${name} at ${baseUrl} gave no answer within ${timeoutMs} ms`, {
            code: 'upstream_timeout',
            retryable: true,
            cause,
          })
        : new UpstreamError(`${name} at ${baseUrl} cannot be reached (${describeError(cause)})`, {
            code: 'upstream_unreachable',
            retryable: true,
          })
    }
    if (answer.statusCode >= 300) {
      const { statusCode } = answer
      throw new UpstreamError(`${name} answered ${method} ${path} with ${statusCode}: ${text.slice(0, 300)}`, {
        code: 'upstream_status',
        upstreamStatus: statusCode,
        retryable: statusCode >= 500 || statusCode === 429,
      })
    }
    try {
      return JSON.parse(text) as T // The caller names the remote system's documented shape.
    } catch (cause) {
      throw new UpstreamError(`${name} answered ${method} ${path} with something that is not JSON`, { code: 'upstream_garbled', cause })
    }
  }

  return {
    get: (path, { query, signal } = {}) => exchange('GET', path, undefined, query, signal),
    post: (path, body, { signal } = {}) => exchange('POST', path, body, undefined, signal),
    [Symbol.asyncDispose]: () => dispatcher.destroy(),
  }
}
