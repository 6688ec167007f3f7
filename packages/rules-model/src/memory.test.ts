import { expect, test } from 'vitest'
import { investigate } from '../test-parts/investigate.ts'
import { KNOWN_INCIDENTS } from '../test-parts/known-incidents.ts'
import type { World } from '../test-parts/simulated-world.ts'

const COVER = { ok: true, window_seconds: null, complete: true, truncated: 0, errors: [] }
/** What find_similar_incidents returns: so many that look the same, all of one cause. */
const remember = (cause: string, count = 4) => ({
  find_similar_incidents: {
    ...{ ...COVER, searched: 10 },
    similar: Array.from({ length: count }, (_, i) => ({
      ...{
        ref: `I${i + 1}`,
        opened_at: '2026-11-19T10:00:00.000Z',
        same: ['same service', 'same alerts', 'similar words'],
        differs: [],
        cause,
      },
      ...{
        root_cause: `It was ${cause}.`,
        confidence: 0.95,
        minutes: 12,
        people_said: ['yes, that was it'],
        actions: ['verified: restart_instance'],
      },
    })),
  },
})
const world = (name: string, more: Partial<World> = {}): World => ({ ...(KNOWN_INCIDENTS[name]?.() as World), ...more }) // A key of the list.
const EMPTY = remember('unknown', 0)
const looks = (incident: ReturnType<typeof investigate>['incident']) =>
  incident.rounds.flat().filter(({ name }) => !/^(note_hypotheses|send_diagnosis)$/.test(name)).length

/** Four causes at a time, as the function gives them, another four for each incident. */
const POISON = ['application_exception', 'database_down', 'memory_leak', 'bad_release', 'crash_loop', 'traffic_surge', 'lock_contention']

test.each(Object.keys(KNOWN_INCIDENTS))('%s: incidents of the same look and other causes change no verdict', (name) => {
  const plain = investigate(world(name, { database: EMPTY })).diagnosis
  const wrong = POISON.filter((each) => each !== plain.cause)
  const poison = remember('unknown', 4)
  for (const [i, each] of poison.find_similar_incidents.similar.entries()) each.cause = wrong[(i + name.length) % wrong.length] ?? ''
  const { diagnosis } = investigate(world(name, { database: poison }))
  expect({ cause: diagnosis.cause, status: diagnosis.status }).toEqual({ cause: plain.cause, status: plain.status })
})

test('ten incidents of one wrong cause change no verdict', () => {
  for (const [name, cause] of [
    ['lock', 'database_down'],
    ['null_dereference', 'bad_release'],
    ['surge', 'cpu_saturation'],
  ] as const) {
    const plain = investigate(world(name, { database: EMPTY })).diagnosis
    expect(investigate(world(name, { database: remember(cause, 10) })).diagnosis).toMatchObject({
      cause: plain.cause,
      status: plain.status,
    })
  }
})

test('a memory that is right spares calls, and the verdict is the same', () => {
  const all = ['lock', 'surge', 'leak', 'crash_loop', 'slow_query', 'no_connection_slot'].map((name) => {
    const plain = investigate(world(name, { database: EMPTY }))
    const helped = investigate(world(name, { database: remember(plain.diagnosis.cause ?? 'unknown') }))
    expect(helped.diagnosis.cause).toBe(plain.diagnosis.cause)
    return { name, plain: looks(plain.incident), helped: looks(helped.incident) }
  })
  for (const { name, plain, helped } of all) expect(helped, name).toBeLessThanOrEqual(plain)
  const sum = (of: 'plain' | 'helped') => all.reduce((total, each) => total + each[of], 0)
  expect(sum('helped')).toBeLessThan(sum('plain'))
})

test('a memory that a person called wrong is not followed', () => {
  const doubted = remember('memory_leak')
  for (const each of doubted.find_similar_incidents.similar) each.people_said = ['no, that was wrong']
  const plain = investigate(world('lock', { database: EMPTY }))
  expect(looks(investigate(world('lock', { database: doubted })).incident)).toBe(looks(plain.incident))
})
