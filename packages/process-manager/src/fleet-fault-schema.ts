import { type FaultDeclaration, TTL_SECONDS } from '@oncall-lab/inventory/api'
import { type Static, type TProperties, type TSchema, Type } from 'typebox'

/** A fault as the whole fleet sees it. */
export interface FleetFault extends FaultDeclaration {
  of: 'instances' | 'database'
}

/** A number that a person may set. */
export const FaultField = Type.Object({
  field: Type.String(),
  /** What it is, in words: `share of the storage calls that fail`. */
  says: Type.String(),
  integer: Type.Boolean(),
  minimum: Type.Number(),
  maximum: Type.Number(),
  default: Type.Number(),
  /** A value with which the fault shows soon. */
  telling: Type.Number(),
})
export type FaultField = Static<typeof FaultField>

/** `GET /fault/modes`: what can be broken, and the numbers that each mode takes. */
export const FaultModes = Type.Object({
  modes: Type.Array(
    Type.Object({
      mode: Type.String(),
      says: Type.String(),
      in: Type.Enum(['instances', 'database']),
      fields: Type.Array(FaultField),
    }),
  ),
  /** How long a fault may last. */
  ttl_seconds: FaultField,
})
export type FaultModes = Static<typeof FaultModes>

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

/** What `GET /fault/modes` says: everything that a person needs to know to choose. */
export function describeFaults(faults: readonly FleetFault[]): FaultModes {
  return {
    modes: faults.map((fault) => ({
      mode: fault.mode,
      says: fault.says,
      in: fault.of,
      fields: Object.entries(openFields(fault)).map(([field, schema]) => describeField(field, schema, fault.trial.fields?.[field])),
    })),
    ttl_seconds: describeField('ttl_seconds', { ...TTL_SECONDS, description: 'seconds until it ends by itself' }),
  }
}

function describeField(field: string, schema: TSchema, telling?: number): FaultField {
  const { description = field, type, minimum, maximum, default: usual } = schema as TSchema & Range
  return { field, says: description, integer: type === 'integer', minimum, maximum, default: usual, telling: telling ?? usual }
}

/** What the schema of each field of a fault says; a test holds all faults to it. */
interface Range {
  description?: string
  type: string
  minimum: number
  maximum: number
  default: number
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
