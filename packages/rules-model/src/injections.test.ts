import { describe, expect, test } from 'vitest'
import { INJECTIONS } from '../../on-call-agent/test-parts/injections.ts'
import { investigate } from '../test-parts/investigate.ts'
import { KNOWN_INCIDENTS } from '../test-parts/known-incidents.ts'
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
