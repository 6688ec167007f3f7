import { CAUSE_CLASSES } from '@oncall-lab/on-call-agent/api'
import { expect, test } from 'vitest'
import { SIGNAL_IDS, type SignalId, signalOf } from '../signals/signals.ts'
import { FAMILIES } from './families.ts'
import type { Family } from './family.ts'

const weightsOf = (family: Family, id: SignalId): Record<string, number | undefined> => family.evidence[id] ?? {}

test('every cause but "recovered" and "unknown", which are conclusions of the engine, has a family', () => {
  const told = new Set(FAMILIES.map(({ cause }) => cause))
  expect(Object.keys(CAUSE_CLASSES).filter((cause) => !told.has(cause as keyof typeof CAUSE_CLASSES))).toEqual(['recovered', 'unknown'])
})

test('ids are unique', () => {
  expect(new Set(FAMILIES.map(({ id }) => id)).size).toBe(FAMILIES.length)
})

test('every signal is weighed by a family', () => {
  expect(SIGNAL_IDS.filter((id) => !FAMILIES.some((family) => Object.keys(weightsOf(family, id)).length > 0))).toEqual([])
})

test('every level that is weighed exists', () => {
  for (const family of FAMILIES)
    for (const id of SIGNAL_IDS)
      for (const level of Object.keys(weightsOf(family, id))) expect(signalOf(id).levels, `${family.id} ${id}`).toContain(level)
})

test('every two families are told apart by a level of some signal', () => {
  const apart = (a: Family, b: Family) =>
    SIGNAL_IDS.some((id) =>
      signalOf(id).levels.some((level) => Math.abs((weightsOf(a, id)[level] ?? 0) - (weightsOf(b, id)[level] ?? 0)) >= 1),
    )
  const twins = FAMILIES.flatMap((a, index) => FAMILIES.slice(index + 1).flatMap((b) => (apart(a, b) ? [] : [`${a.id} ${b.id}`])))
  expect(twins).toEqual([])
})

test('every family can be concluded: something speaks for it', () => {
  for (const family of FAMILIES)
    expect(
      SIGNAL_IDS.some((id) => Object.values(weightsOf(family, id)).some((weight) => (weight ?? 0) >= 0.8)),
      family.id,
    ).toBe(true)
})

test('what a family asks leads to its evidence, to its story, or to what follows from it', () => {
  for (const { id, next = [], evidence, tell, follows = [] } of FAMILIES)
    for (const signal of next) expect([...Object.keys(evidence), ...tell.because, ...follows], `${id} asks ${signal}`).toContain(signal)
})
