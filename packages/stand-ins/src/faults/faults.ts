import type { Vendor } from '../api.ts'

/** What goes wrong, as `POST /stand-ins/fault` takes it. Times are in milliseconds, `retry_after` in seconds. */
export type FaultEffect =
  | { kind: 'status'; status: number; retry_after?: number }
  /** The connection ends before anything happened. */
  | { kind: 'lost_request' }
  /** The effect happens, and the connection ends before the answer. */
  | { kind: 'lost_answer' }
  | { kind: 'delay'; delay_ms: number; when: 'before' | 'after' }
  /** The answer's body arrives evenly over this time. */
  | { kind: 'trickle'; over_ms: number }
  /** Jira: the search does not see issues younger than this. */
  | { kind: 'search_lag'; lag_ms: number }
  /** Twilio: every 24-hour window counts as closed. */
  | { kind: 'window_closed' }
  /** Twilio: no status callback is posted. */
  | { kind: 'callbacks_lost' }

/** One fault as it was asked for: for which calls, and until when. */
interface FaultOrder {
  vendor: Vendor
  method?: string
  /** The path below the vendor's prefix, without the query; `*` stands for any text. All paths when absent. */
  path?: string
  /** For so many calls. */
  count?: number
  seconds?: number
  fault: FaultEffect
}

/** A fault in force. */
export interface Fault extends FaultOrder {
  id: number
  /** How many calls it has struck. */
  struck: number
  /** Milliseconds since 1970; null for one that is bounded by its count alone. */
  endsMs: number | null
}

/** The faults in force, oldest first; an exhausted one is gone. */
export interface Faults {
  add(order: FaultOrder): Fault
  list(): Fault[]
  /** False when there is no such fault. */
  remove(id: number): boolean
  clear(): number
  /** The faults that strike this call, each counted. */
  strike(call: { vendor: Vendor; method: string; path: string }): FaultEffect[]
  /** How far Jira's search lags now, in milliseconds; counts as a call. */
  searchLagMs(): number
  /** Is Twilio in this state now? Counts as a call. */
  holds(state: 'window_closed' | 'callbacks_lost'): boolean
}

/** Faults in memory: a stand-in that is started again has none. `now` gives milliseconds since 1970. */
export function createFaults(now: () => number): Faults {
  let faults: Fault[] = []
  let nextId = 1
  const inForce = () => {
    const nowMs = now()
    faults = faults.filter((fault) => fault.struck < (fault.count ?? Number.POSITIVE_INFINITY) && nowMs < (fault.endsMs ?? nowMs + 1))
    return faults
  }
  const hit = (matches: (fault: Fault) => boolean) => {
    const found = inForce().filter(matches)
    for (const fault of found) fault.struck += 1
    return found.map(({ fault }) => fault)
  }
  return {
    add(order) {
      const fault = { ...order, id: nextId++, struck: 0, endsMs: order.seconds === undefined ? null : now() + order.seconds * 1_000 }
      faults.push(fault)
      return fault
    },
    list: () => [...inForce()],
    remove(id) {
      const before = inForce().length
      faults = faults.filter((fault) => fault.id !== id)
      return faults.length < before
    },
    clear() {
      const cleared = inForce().length
      faults = []
      return cleared
    },
    strike: ({ vendor, method, path }) =>
      hit((fault) => fault.vendor === vendor && !isState(fault.fault) && isMethod(fault, method) && matchesPath(fault.path, path)),
    searchLagMs: () =>
      Math.max(0, ...hit(({ fault }) => fault.kind === 'search_lag').map((fault) => ('lag_ms' in fault ? fault.lag_ms : 0))),
    holds: (state) => hit(({ fault }) => fault.kind === state).length > 0,
  }
}

/** These change what the vendor knows instead of how a call goes. */
function isState({ kind }: FaultEffect): boolean {
  return kind === 'search_lag' || kind === 'window_closed' || kind === 'callbacks_lost'
}

function isMethod({ method }: FaultOrder, given: string): boolean {
  return method === undefined || method === given
}

/** Compares part by part, without a regular expression: the pattern comes from outside. */
export function matchesPath(pattern: string | undefined, path: string): boolean {
  if (pattern === undefined) return true
  const [first = '', ...rest] = pattern.split('*')
  const last = rest.pop()
  if (last === undefined) return path === first
  if (!path.startsWith(first)) return false
  let at = first.length
  for (const part of rest) {
    const found = path.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return path.endsWith(last) && path.length - last.length >= at
}
