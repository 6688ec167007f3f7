import { describeError, UpstreamError } from '@oncall-lab/service-kit/errors'
import { mayPass } from '@oncall-lab/service-kit/failed-call'
import { Agent, request } from 'undici'
import type { ClusterAccess } from './kubeconfig.ts'
import type { List } from './objects.ts'

/** A query of a request. */
type Query = Record<string, string | number | boolean>

/** The Kubernetes API, as far as the agent uses it. @throws UpstreamError from every method; `code` `not_found`, `forbidden`, `conflict` or as an HTTP client's. */
export interface KubernetesClient extends AsyncDisposable {
  /** One object. */
  get<T>(path: string, options?: { query?: Query; signal?: AbortSignal | undefined }): Promise<T>
  /** Those of a kind. */
  list<T>(path: string, options?: { query?: Query; signal?: AbortSignal | undefined }): Promise<List<T>>
  text(path: string, options?: { query?: Query; signal?: AbortSignal | undefined }): Promise<string>
  /** Sent at most once. */
  change<T>(method: 'PATCH' | 'DELETE' | 'POST', path: string, change: Change): Promise<T>
}

/** A change of an object. */
interface Change {
  body?: object
  type?: string
  /** Asks the server to check it and change nothing. */
  dryRun?: boolean
  signal?: AbortSignal | undefined
}

const TIMEOUT_MS = 8_000
const MOST_BYTES = 4 * 1_048_576
const CODES: Record<number, string> = { 401: 'unauthorized', 403: 'forbidden', 404: 'not_found', 409: 'conflict', 422: 'invalid' }

/** Talks to the API server of a cluster over TLS, with a token or a client certificate. */
export function createKubernetesClient(
  { server, ca, token, certificate }: ClusterAccess,
  { timeoutMs = TIMEOUT_MS } = {},
): KubernetesClient {
  const dispatcher = new Agent({ connect: { timeout: timeoutMs, ...(ca && { ca }), ...certificate }, keepAliveTimeout: 4_000 })

  async function send(
    method: 'GET' | 'PATCH' | 'DELETE' | 'POST',
    path: string,
    { query = {}, body, type = 'application/json', signal }: Sending,
  ): Promise<string> {
    const deadline = AbortSignal.timeout(timeoutMs)
    const asked = `${method} ${path.split('?', 1)[0]}`
    try {
      const answer = await request(`${server}${path}`, {
        method,
        dispatcher,
        query,
        signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
        headers: {
          accept: 'application/json',
          ...(token && { authorization: `Bearer ${token()}` }),
          ...(body && { 'content-type': type }),
        },
        ...(body && { body: JSON.stringify(body) }),
      })
      const text = await readText(answer.body)
      if (answer.statusCode >= 300) throw refusal(asked, answer.statusCode, text)
      return text
    } catch (cause) {
      if (signal?.aborted || cause instanceof UpstreamError) throw cause
      if (deadline.aborted)
        throw new UpstreamError(`The cluster at ${server} gave no answer within ${timeoutMs} ms`, {
          code: 'upstream_timeout',
          retryable: true,
          cause,
        })
      throw new UpstreamError(`The cluster at ${server} cannot be reached (${describeError(cause)})`, {
        code: 'upstream_unreachable',
        retryable: true,
      })
    }
  }

  return {
    async get<T>(path: string, options = {}) {
      return check<T>(path, parse(path, await send('GET', path, options)), isObject)
    },
    async list<T>(path: string, options = {}) {
      return check<List<T>>(path, parse(path, await send('GET', path, options)), isList)
    },
    text: (path, options = {}) => send('GET', path, options),
    async change<T>(method: 'PATCH' | 'DELETE' | 'POST', path: string, { dryRun = false, ...rest }: Change) {
      return parse<T>(path, await send(method, path, { ...rest, query: dryRun ? { dryRun: 'All' } : {} }))
    },
    [Symbol.asyncDispose]: () => dispatcher.destroy(),
  }
}

interface Sending {
  query?: Query
  body?: object
  type?: string
  signal?: AbortSignal | undefined
}

/** The server's own words: `Status.message`. */
function refusal(asked: string, status: number, text: string): UpstreamError {
  let message = text.slice(0, 300)
  try {
    const { message: said } = JSON.parse(text) as { message?: unknown }
    if (typeof said === 'string') message = said.slice(0, 500)
  } catch {} // A proxy's page: its beginning is all there is.
  return new UpstreamError(`The cluster answered ${asked} with ${status}: ${message}`, {
    code: CODES[status] ?? 'upstream_status',
    upstreamStatus: status,
    retryable: mayPass(status),
  })
}

function parse<T>(path: string, text: string): T {
  try {
    return JSON.parse(text) as T // The caller names the documented kind, or checks it.
  } catch (cause) {
    throw new UpstreamError(`The cluster answered ${path} with something that is not JSON`, { code: 'upstream_garbled', cause })
  }
}

/** What every object of the API has. */
const isObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'metadata' in value && typeof value.metadata === 'object' && value.metadata !== null

/** Objects of a kind. */
const isList = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'items' in value && Array.isArray(value.items) && value.items.every(isObject)

/** The caller names the documented kind; a proxy that answers in the cluster's place is noticed. */
function check<T>(path: string, value: unknown, fits: (value: unknown) => boolean): T {
  if (fits(value)) return value as T
  throw new UpstreamError(`The cluster answered ${path} in an unknown form`, { code: 'upstream_garbled' })
}

async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > MOST_BYTES)
      throw new UpstreamError(`The cluster answered with more than ${MOST_BYTES} bytes; ask for less`, { code: 'upstream_garbled' })
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
