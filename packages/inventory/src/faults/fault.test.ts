import { Value } from 'typebox/value'
import { expect, it } from 'vitest'
import { slowDoor } from '../../test-parts/example-fault.ts'
import { WorkingMemory } from '../memory/working-memory.ts'
import type { Surroundings } from '../surroundings.ts'
import { faultRequest } from './fault.ts'
import { FAULTS } from './fault-list.ts'
import { createFaultSwitch } from './fault-switch.ts'

const WITH_EXAMPLE = [...FAULTS, slowDoor] as const

it('a fault of one file and one line in the list is in the schema of POST /faults, with its range', () => {
  const schema = faultRequest(WITH_EXAMPLE)
  expect(Value.Check(schema, { ...defaults(), mode: 'slow_door', door_ms: 5 })).toBe(true)
  expect(Value.Check(schema, { ...defaults(), mode: 'slow_door', door_ms: 0 })).toBe(false)
  expect(Value.Check(faultRequest(FAULTS), { ...defaults(), mode: 'slow_door' })).toBe(false)
})

it('a fault of one file and one line in the list is turned on and off like the others', async () => {
  const surroundings: Surroundings = {}
  using faults = createFaultSwitch({ surroundings, memory: new WorkingMemory() }, WITH_EXAMPLE)
  faults.turn({ ...defaults(), mode: 'slow_door', door_ms: 1 } as never) // A mode that the lab's own type does not know.
  await surroundings.waitForRequest?.(() => false)
  expect(surroundings.waitForRequest).toBeDefined()
  faults.turn({ ...defaults(), mode: 'none' })
  expect(surroundings.waitForRequest).toBeUndefined()
})

it('no two faults have the same mode, or the same field with another range', () => {
  expect(new Set(FAULTS.map(({ mode }) => mode)).size).toBe(FAULTS.length)
  const seen = new Map<string, unknown>()
  for (const { fields } of FAULTS) {
    for (const [name, schema] of Object.entries(fields)) {
      expect(seen.get(name) ?? schema).toEqual(schema)
      seen.set(name, schema)
    }
  }
})

/** Every field as the API fills it in. */
function defaults() {
  return Value.Default(faultRequest(WITH_EXAMPLE), { mode: 'none' }) as Parameters<ReturnType<typeof createFaultSwitch>['turn']>[0] // All fields have defaults.
}
