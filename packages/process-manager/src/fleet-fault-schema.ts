import { type FaultDeclaration, TTL_SECONDS } from '@oncall-lab/inventory/api'
import { type TProperties, type TSchema, Type } from 'typebox'

/** A fault as the whole fleet sees it. */
export interface FleetFault extends FaultDeclaration {
  of: 'instances' | 'database'
}

const PORTS = Type.Array(Type.Integer(), { minItems: 1, uniqueItems: true })

/** Names of the fields that a request with this mode may have beside it. */
export function fieldsOf(mode: string, faults: readonly FleetFault[]): string[] {
  const fault = faults.find((each) => each.mode === mode)
  if (!fault) return mode === 'none' ? ['ports'] : []
  return [...Object.keys(openFields(fault)), ...(fault.of === 'instances' ? ['ports'] : []), 'ttl_seconds']
}

/** The schema of `POST /fault`. Ranges are the instance's; its defaults are filled in there. */
export function fleetFaultRequest(faults: readonly FleetFault[]) {
  const fields = Object.assign({}, ...faults.map(openFields)) as TProperties // Of what it is put together from.
  return Type.Object(
    { mode: modes(faults), ...optional(fields), ports: Type.Optional(PORTS), ...optional({ ttl_seconds: TTL_SECONDS }) },
    { additionalProperties: false },
  )
}

/** The schema of one entry of `GET /fault`; `target` says what it is in. */
export function activeFault(faults: readonly FleetFault[], target: TProperties) {
  const fields = Object.assign({}, ...faults.map((fault) => fault.fields)) as TProperties // Of what it is put together from.
  return Type.Object({ ...target, mode: modes(faults), remaining_seconds: Type.Number(), ...optional(fields) })
}

function modes(faults: readonly FleetFault[]) {
  return Type.Enum([...faults.map(({ mode }) => mode), 'none'])
}

/** The fields that a person sets. */
function openFields({ fields, managed = [] }: FaultDeclaration): TProperties {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !managed.includes(name)))
}

function optional(fields: TProperties): TProperties {
  return Object.fromEntries(Object.entries(fields).map(([name, schema]) => [name, Type.Optional(withoutDefault(schema))]))
}

function withoutDefault(schema: TSchema): TSchema {
  // A schema's type says nothing of its default.
  const { default: _, ...rest } = schema as TSchema & { default?: unknown }
  return rest
}
