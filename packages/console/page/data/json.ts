/** A refusal or a failure, in words for a person. */
export class RequestFailed extends Error {
  override readonly name = 'RequestFailed'
  /** HTTP status; 0 when there was no answer at all. */
  readonly status: number
  readonly field: string | undefined

  constructor(message: string, status: number, field?: string) {
    super(message)
    this.status = status
    this.field = field
  }
}

const ANSWER_WITHIN_MS = 15_000

/** @throws RequestFailed */
export async function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  return exchange<T>(path, { signal: deadline(signal) })
}

/** @throws RequestFailed */
export async function postJson<T>(path: string, body: object = {}): Promise<T> {
  const headers = { 'content-type': 'application/json' }
  return exchange<T>(path, { method: 'POST', headers, body: JSON.stringify(body), signal: AbortSignal.timeout(60_000) })
}

function deadline(signal: AbortSignal | undefined): AbortSignal {
  const late = AbortSignal.timeout(ANSWER_WITHIN_MS)
  return signal ? AbortSignal.any([signal, late]) : late
}

async function exchange<T>(path: string, options: RequestInit): Promise<T> {
  const response = await fetch(path, options).catch((cause: unknown) => {
    if (options.signal?.aborted && cause instanceof DOMException && cause.name === 'AbortError') throw cause
    throw new RequestFailed('The console does not answer. Is the lab still up?', 0)
  })
  const answer: unknown = await response.json().catch(() => undefined)
  if (response.ok) return answer as T // Typed by the route that was asked.
  const problem = (answer ?? {}) as { detail?: string; field?: string; error?: string }
  throw new RequestFailed(problem.detail ?? problem.error ?? `${path} answered ${response.status}.`, response.status, problem.field)
}
