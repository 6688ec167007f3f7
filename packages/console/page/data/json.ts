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
  const answer = await response.text().then(parseShown, () => undefined)
  if (response.ok) return answer as T // Typed by the route that was asked.
  const problem = (answer ?? {}) as { detail?: string; field?: string; error?: string }
  throw new RequestFailed(problem.detail ?? problem.error ?? `${path} answered ${response.status}.`, response.status, problem.field)
}

/** A backslash pair (kept), an escaped control character, or a bidirectional override, isolate or mark. */
const UNSHOWABLE =
  /\\\\|\\u00(?:0[0-8bcef]|1[0-9a-f]|7f|8[0-9a-f]|9[0-9a-f])|\\u20(?:0[ef]|2[a-e]|6[6-9])|[\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/gi

/** Parses JSON; what a text could use to move or hide other text on the page becomes a replacement character. Undefined for what is no JSON. */
export function parseShown(text: string): unknown {
  try {
    return JSON.parse(text.replace(UNSHOWABLE, (found) => (found === '\\\\' ? found : '\ufffd')))
  } catch {
    return undefined
  }
}
