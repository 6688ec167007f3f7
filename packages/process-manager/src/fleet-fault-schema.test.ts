import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { expect, it } from 'vitest'
import { FaultModes, FLEET_FAULTS, type FleetFault } from './api.ts'
import { activeFault, describeFaults, fieldsOf, fleetFaultRequest } from './fleet-fault-schema.ts'

const example: FleetFault = {
  of: 'instances',
  mode: 'slow_door',
  says: 'each request waits at the door',
  fields: { door_ms: Type.Integer({ minimum: 1, maximum: 1_000, default: 10 }), door_share: Type.Number() },
  managed: ['door_share'],
  trial: { seconds: 40, shows: ['queue_phase'] },
}
const WITH_EXAMPLE = [...FLEET_FAULTS, example]

it('POST /fault takes a declared fault with its fields, without those that the process manager sets', () => {
  const schema = fleetFaultRequest(WITH_EXAMPLE)
  expect(Value.Check(schema, { mode: 'slow_door', door_ms: 5, ports: [8001], ttl_seconds: 60 })).toBe(true)
  expect(Value.Check(schema, { mode: 'slow_door', door_ms: 0 })).toBe(false)
  expect(Value.Check(schema, { mode: 'slow_door', door_share: 1 })).toBe(false)
  expect(Value.Check(fleetFaultRequest(FLEET_FAULTS), { mode: 'slow_door' })).toBe(false)
})

it('POST /fault leaves defaults to the instance', () => {
  expect(Value.Default(fleetFaultRequest(WITH_EXAMPLE), { mode: 'slow_door' })).toEqual({ mode: 'slow_door' })
})

it('GET /fault shows all fields of a declared fault', () => {
  const schema = activeFault(WITH_EXAMPLE, { port: Type.Optional(Type.Integer()) })
  expect(Value.Check(schema, { port: 8001, mode: 'slow_door', remaining_seconds: 3, door_ms: 5, door_share: 0.5 })).toBe(true)
})

it.each([
  ['slow_door', ['door_ms', 'ports', 'ttl_seconds']],
  ['cpu', ['cpu_ms', 'ports', 'ttl_seconds']],
  ['crash', ['ports', 'ttl_seconds']],
  ['lock', ['ttl_seconds']],
  ['none', ['ports']],
])('%s takes the fields %j', (mode, fields) => expect(fieldsOf(mode, WITH_EXAMPLE)).toEqual(fields))

it('GET /fault/modes describes a declared fault without what the process manager sets', () => {
  const described = {
    ...example,
    fields: { ...example.fields, door_ms: Type.Integer({ minimum: 1, maximum: 9, default: 3, description: 'ms' }) },
  }
  expect(describeFaults([described]).modes).toEqual([
    {
      mode: 'slow_door',
      says: 'each request waits at the door',
      in: 'instances',
      fields: [{ field: 'door_ms', says: 'ms', integer: true, minimum: 1, maximum: 9, default: 3, telling: 3 }],
    },
  ])
})

it('each field of each fault has a range, a default within it, and words for people', () => {
  const described = describeFaults(FLEET_FAULTS)
  expect(Value.Check(FaultModes, described)).toBe(true)
  for (const { field, says, minimum, maximum, default: usual, telling } of described.modes.flatMap(({ fields }) => fields)) {
    expect({ field, worded: says !== field, usual, telling }).toEqual({
      field,
      worded: true,
      usual: Math.min(maximum, Math.max(minimum, usual)),
      telling: Math.min(maximum, Math.max(minimum, telling)),
    })
  }
})
