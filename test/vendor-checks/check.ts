import { expect } from 'vitest'

/** One statement about a vendor's API, tried on its stand-in. */
export interface Check {
  /** The route or the matter, as in the table. */
  area: string
  what: string
  run: () => Promise<void>
}

export interface Outcome {
  area: string
  what: string
  /** Null: as the vendor. */
  failure: string | null
}

/** A request in one row: `GET /path`, and what goes with it. */
interface Request {
  headers?: Record<string, string>
  /** Sent as JSON. */
  json?: unknown
  /** Sent as a form. */
  form?: Record<string, string>
  raw?: string
}

export interface Answer {
  status: number
  headers: Headers
  text: string
  // biome-ignore lint/suspicious/noExplicitAny: what a vendor answers is compared, never computed with.
  json: () => any
}

/** How a vendor is called: `GET /path` below its prefix, with its credentials. */
export type Call = (line: string, request?: Request) => Promise<Answer>

/** Calls below an address with these headers. */
export function callerOf(base: string, common: Record<string, string> = {}): Call {
  return async (line, { headers = {}, json, form, raw } = {}) => {
    const [method = 'GET', path = ''] = line.split(' ', 2)
    const body = json !== undefined ? JSON.stringify(json) : form ? new URLSearchParams(form) : raw
    const type = json !== undefined ? { 'content-type': 'application/json' } : {}
    const init = { method, headers: { ...common, ...type, ...headers }, redirect: 'manual' as const }
    const response = await fetch(`${base}${path}`, { ...init, ...(body !== undefined && { body }) })
    const text = await response.text()
    return { status: response.status, headers: response.headers, text, json: () => JSON.parse(text) }
  }
}

/** A row: a request, its status, and what its JSON holds. */
export type Row = readonly [what: string, line: string, request: Request, status: number, holds?: unknown]

/** Rows as checks. */
export function fromRows(area: string, call: () => Call, rows: readonly Row[]): Check[] {
  return rows.map(([what, line, request, status, holds]) => ({
    area,
    what,
    async run() {
      const answer = await call()(line, request)
      expect({ status: answer.status, ...(answer.status !== status && { text: answer.text.slice(0, 200) }) }).toEqual({ status })
      if (typeof holds === 'object') expect(answer.json()).toEqual(within(holds))
      else if (typeof holds === 'string') expect(answer.text).toContain(holds)
    },
  }))
}

/** An empty list is an empty list; any other one holds these members among others, as an object does. */
function within(holds: unknown): unknown {
  if (Array.isArray(holds)) return holds.length === 0 ? [] : expect.arrayContaining(holds.map(within))
  if (typeof holds !== 'object' || holds === null || 'asymmetricMatch' in holds) return holds
  return expect.objectContaining(Object.fromEntries(Object.entries(holds).map(([name, value]) => [name, within(value)])))
}

/** Runs them one after the other. */
export async function runChecks(checks: Check[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  for (const { area, what, run } of checks) {
    const failure = await run().then(
      () => null,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    )
    outcomes.push({ area, what, failure })
  }
  return outcomes
}

/** One line for each area: right of all. */
export function tableOf(vendor: string, outcomes: Outcome[]): string {
  const right = (some: Outcome[]) => some.filter(({ failure }) => failure === null).length
  const areas = [...Map.groupBy(outcomes, ({ area }) => area)].map(
    ([area, some]) => `  ${String(right(some)).padStart(4)} of ${String(some.length).padEnd(4)} ${area}`,
  )
  return [`${vendor}: ${right(outcomes)} of ${outcomes.length}`, ...areas].join('\n')
}
