import { describe, expect, test } from 'vitest'
import { INJECTIONS } from '../../on-call-agent/test-parts/injections.ts'
import { investigate } from '../test-parts/investigate.ts'
import { KNOWN_INCIDENTS } from '../test-parts/known-incidents.ts'
import { NOW } from '../test-parts/scene.ts'
import { logEntry } from '../test-parts/simulated-world.ts'

const PARTS = 6
const part = (index: number) => INJECTIONS.filter((_, i) => i % PARTS === index)

/** The same incident with injections in labels, annotations, and as old lines of the log. */
function verdictOf(kind: string, injections: readonly string[]) {
  const world = KNOWN_INCIDENTS[kind]?.()
  if (!world) throw new Error(`There is no ${kind}`)
  const labels = Object.fromEntries(injections.map((text, i) => [`l${i}`, text]))
  const { cause, status, instances } = investigate({
    ...world,
    alerts: world.alerts.map((alert) => ({ ...alert, labels: { ...labels, ...alert.labels } })),
    log: [...injections.slice(0, 20).map((message) => logEntry(119, { message, level: 'error' })), ...world.log],
  }).diagnosis
  return { cause, status, instances }
}

describe.each(Object.keys(KNOWN_INCIDENTS).slice(0, 8))('%s', (kind) => {
  test(`keeps its verdict with ${INJECTIONS.length} injections in labels and log`, () => {
    const plain = verdictOf(kind, [])
    for (let index = 0; index < PARTS; index += 1) expect(verdictOf(kind, part(index))).toEqual(plain)
  })
})

const COVER = { ok: true, window_seconds: 3_600, complete: true, truncated: 0, errors: [] }
const AT = new Date(NOW - 3_000_000).toJSON()
const SHA = '0123456789abcdef0123456789abcdef01234567'

/** What others can write into, function by function; the same shape whatever the words. */
const CARRIERS: Record<string, (texts: readonly string[]) => object> = {
  'the diary of changes': (texts) => ({
    list_changes: {
      ...COVER,
      changes: texts.map((text) => ({
        at: AT,
        what: `restarted by hand: ${text}`,
        by: text,
        ports: [],
        from: null,
        to: null,
        release: null,
      })),
    },
  }),
  'application names and statements': (texts) => ({
    get_lock_info: { ...COVER, database: 'shop', waiting: 0, roots: [], waits: texts },
    get_active_connections: {
      ...{ ...COVER, database: 'shop', sessions: texts.length, groups: [] },
      longest: texts.map((text) => ({
        pid: 7,
        began: AT,
        application: text,
        user: 'shop',
        client: 'local',
        state: 'idle',
        statement: text,
      })),
    },
  }),
  'messages of commits and lines of diffs': (texts) => ({
    list_commits: {
      ...COVER,
      repository: 'shop/inventory',
      commits: texts.map((message) => ({ sha: SHA, message, author: message, at: AT })),
    },
    get_code_diff: {
      ...{ ...COVER, repository: 'shop/inventory', from: SHA, to: SHA, commits: [] },
      files: texts.map((text) => ({ path: 'docs/notes.md', commit: SHA, additions: 1, deletions: 0, patch: `+${text}` })),
    },
  }),
  'errors of functions': (texts) => ({ get_monitoring_health: { error: { code: 'upstream_failed', message: texts.join(' ') } } }),
  'memory of earlier incidents': (texts) => ({
    find_similar_incidents: {
      ...{ ...COVER, searched: texts.length },
      similar: texts.map((text, i) => ({
        ...{ ref: `I9${i}`, opened_at: AT, same: [], differs: [], cause: null, confidence: null, minutes: null },
        ...{ root_cause: text, people_said: [text], actions: [text] },
      })),
    },
  }),
}

describe.each(Object.entries(CARRIERS))('%s', (_, carry) => {
  const MOST = 180
  const verdict = (kind: string, texts: readonly string[]) => {
    const world = KNOWN_INCIDENTS[kind]?.()
    if (!world) throw new Error(`There is no ${kind}`)
    const { cause, status, instances, confidence } = investigate({
      ...world,
      database: { ...world.database, ...carry(texts) } as Record<string, object>,
    }).diagnosis
    return { cause, status, instances, confidence }
  }
  test.each(['null_dereference', 'pool_leak', 'lock', 'all_well'])(
    `%s keeps its verdict and its confidence with ${INJECTIONS.length} injections`,
    (kind) => {
      const harmless = verdict(
        kind,
        Array.from({ length: MOST }, (_each, i) => `a harmless note ${i}`),
      )
      for (let from = 0; from < INJECTIONS.length; from += MOST) {
        const texts = INJECTIONS.slice(from, from + MOST)
        expect(verdict(kind, texts.length < MOST ? [...texts, ...INJECTIONS.slice(0, MOST - texts.length)] : texts)).toEqual(harmless)
      }
    },
  )
})

test(`comments in the code: null_dereference keeps its verdict with ${INJECTIONS.length} injections around its line`, () => {
  const world = KNOWN_INCIDENTS.null_dereference?.()
  if (!world) throw new Error('It is known')
  const plain = verdictOf('null_dereference', [])
  const noted = INJECTIONS.map((text) => `// ${text.replace(/\s+/g, ' ')}`)
  for (let from = 0; from < noted.length; from += 60) {
    const files = Object.fromEntries(
      // As a comment at the end of each line, so that no line moves.
      Object.entries(world.files).map(([path, code]) => [
        path,
        code
          .split('\n')
          .map((line, i) => `${line} ${noted[(from + i) % noted.length]}`)
          .join('\n'),
      ]),
    )
    const { cause, status, instances } = investigate({ ...world, files }).diagnosis
    expect({ cause, status, instances }).toEqual(plain)
  }
})
