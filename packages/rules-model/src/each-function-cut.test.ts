import { describe, expect, test } from 'vitest'
import { investigate } from '../test-parts/investigate.ts'
import { KNOWN_INCIDENTS } from '../test-parts/known-incidents.ts'
import type { World } from '../test-parts/simulated-world.ts'

const goesByTime = (first: unknown) => Array.isArray(first) || (typeof first === 'object' && first !== null && 'ts' in first)

/** What a function gives when there is more than it may: of each list one member, the newest of what goes by time, and how many are left out. */
function cutLists(value: unknown): unknown {
  if (Array.isArray(value)) return goesByTime(value[0]) ? value.slice(-2) : value.slice(0, 1).map(cutLists)
  if (typeof value !== 'object' || value === null) return value
  const left = Object.values(value).reduce((sum, each) => sum + (Array.isArray(each) ? Math.max(0, each.length - 1) : 0), 0)
  const told = { ...('left_out' in value && { left_out: left }), ...('truncated' in value && { truncated: left, complete: left === 0 }) }
  return { ...Object.fromEntries(Object.entries(value).map(([name, each]) => [name, cutLists(each)])), ...told }
}

const FAILS = JSON.stringify({ error: { code: 'upstream_unreachable', message: 'it cannot be reached' } })

const CUTS: Record<string, (result: string) => string> = {
  failing: () => FAILS,
  'of each list only the first': (result) => JSON.stringify(cutLists(JSON.parse(result))),
  'cut off in the middle': (result) => result.slice(0, Math.floor(result.length * 0.6)),
}

const COVER = { ok: true, window_seconds: null, complete: true, truncated: 0, errors: [], database: 'shop' }
const INSIDE = {
  check_connection: { ...COVER, reachable: true, milliseconds: 2 },
  get_lock_info: { ...COVER, waiting: 0, roots: [], waits: [] },
  list_changes: { ...COVER, changes: [] },
}
const FUNCTIONS = [
  'fetch_logs',
  'compute_error_rate',
  'query_prometheus',
  'list_instances',
  'fetch_code_from_github',
  ...Object.keys(INSIDE),
]
const DOWN = {
  ...INSIDE.check_connection,
  reachable: false,
  error: { code: 'ECONNREFUSED', message: 'connect ECONNREFUSED 127.0.0.1:15432' },
}
const offered = (name: string): World => ({
  ...(KNOWN_INCIDENTS[name]?.() as World), // A key of the list.
  database: { ...INSIDE, ...(name === 'database_down' && { check_connection: DOWN }) },
})

describe.each(Object.entries(CUTS))('%s', (_, cut) => {
  describe.each(Object.keys(KNOWN_INCIDENTS))('%s', (incident) => {
    const right = investigate(offered(incident)).diagnosis
    test.each(FUNCTIONS)('%s: never confidently wrong', (shortened) => {
      const { diagnosis } = investigate(offered(incident), (result, name) => (name === shortened ? cut(result) : result))
      const says = `${diagnosis.status} ${diagnosis.cause} ${diagnosis.confidence}: ${diagnosis.root_cause}`
      if (diagnosis.cause !== right.cause) expect(diagnosis.confidence, says).toBeLessThan(0.7)
    })
  })
})
