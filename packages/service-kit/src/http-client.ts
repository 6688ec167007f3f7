import type { Static, TSchema } from 'typebox'
import { Agent, type Dispatcher, errors, request } from 'undici'
import { describeError, UpstreamError } from './errors.ts'
import { mayPass } from './failed-call.ts'
import { schemaProblem } from './schema-problem.ts'

/** JSON over HTTP to one remote system; every failure is an UpstreamError that names the system. */
export interface HttpClient extends AsyncDisposable {
  /**
   * With a schema the answer is checked against it.
   * @throws UpstreamError with code `upstream_unreachable`, `upstream_timeout`, `upstream_status` or `upstream_garbled`.
   */
  get<S extends TSchema>(path: string, options: GetOptions & { schema: S }): Promise<Static<S>>
  get<T>(path: string, options?: GetOptions): Promise<T>
  /** Sent at most once. @throws as `get`. */
  post<T>(path: string, body: unknown, options?: { signal?: AbortSignal | undefined }): Promise<T>
}

interface GetOptions {
  query?: Record<string, string | number>
  /** Statuses beside 2xx whose answers are read like a success. */
  accepts?: number[]
  signal?: AbortSignal | undefined
}

/**
 * `name` is the system as a person calls it ("Prometheus"); `timeoutMs` bounds each call as a whole, `maxBytes` what is read of an answer; `token` is sent as
 * bearer token.
 */
export function createHttpClient({
  name,
  baseUrl,
  timeoutMs,
  maxBytes = 16 * 1_048_576,
  token,
}: {
  name: string
  baseUrl: string
  timeoutMs: number
  maxBytes?: number
  token?: string | undefined
}): HttpClient {
  const dispatcher = new Agent({ connect: { timeout: timeoutMs }, keepAliveTimeout: 4_000 })

  async function exchange<T>(
    method: 'GET' | 'POST',
    path: string,
    body: unknown,
    { query, signal, accepts = [] }: GetOptions = {},
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
        headers: {
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      text = await readText(answer.body, maxBytes)
    } catch (cause) {
      if (signal?.aborted) throw cause
      if (cause instanceof TooLargeError) {
        throw new UpstreamError(`${name} answered ${method} ${path} with more than ${maxBytes} bytes; ask for less`, {
          code: 'upstream_garbled',
          cause,
        })
      }
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
    if (answer.statusCode >= 300 && !accepts.includes(answer.statusCode)) {
      const { statusCode } = answer
      throw new UpstreamError(`${name} answered ${method} ${path} with ${statusCode}: ${reasonIn(text).slice(0, 300).trimEnd()}`, {
        code: 'upstream_status',
        upstreamStatus: statusCode,
        retryable: mayPass(statusCode),
      })
    }
    try {
      return JSON.parse(text) as T // The caller names the remote system's documented shape.
    } catch (cause) {
      throw new UpstreamError(`${name} answered ${method} ${path} with something that is not JSON`, { code: 'upstream_garbled', cause })
    }
  }

  async function get(path: string, { schema, ...options }: GetOptions & { schema?: TSchema } = {}): Promise<never> {
    const answer = await exchange('GET', path, undefined, options)
    const problem = schema && schemaProblem(schema, answer)
    if (problem === undefined) return answer as never // Of the type that the caller named, or of its schema.
    throw new UpstreamError(`${name} answered GET ${path} in an unknown form: ${problem.path || 'the answer'} ${problem.message}`, {
      code: 'upstream_garbled',
    })
  }

  return {
    get,
    post: (path, body, { signal } = {}) => exchange('POST', path, body, { signal }),
    [Symbol.asyncDispose]: () => dispatcher.destroy(),
  }
}

/** What our own parts and many others say in words: `detail` of RFC 9457. Anything else as it came. */
function reasonIn(text: string): string {
  try {
    const { detail } = JSON.parse(text) as { detail?: unknown }
    return typeof detail === 'string' && detail !== '' ? detail : text
  } catch {
    return text
  }
}

class TooLargeError extends Error {}

/** Reads no more than that, so that no answer is held whole in memory. */
async function readText(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > maxBytes) throw new TooLargeError()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
