import { type Static, type TEnum, type TObject, type TProperties, Type } from 'typebox'
import type { WorkingMemory } from '../memory/working-memory.ts'
import type { Surroundings } from '../surroundings.ts'

/** What a fault acts on. */
export interface FaultTarget {
  surroundings: Surroundings
  memory: WorkingMemory
}

/** What everybody else needs to know of a fault: the schemas of both APIs, the `lab fault` command and the fault trial derive from it. */
export interface FaultDeclaration {
  mode: string
  /** What it does, one line for people. */
  says: string
  /** Its fields in a request, each with its range, its default and, as its `description`, what it is for people. */
  fields: TProperties
  /** Those of them that the process manager alone sets. */
  managed?: readonly string[]
  /** What the process manager bounds or keeps going for it: one core for all instances, the memory of the machine, its own end of the process. */
  uses?: 'core' | 'memory' | 'process'
  trial: FaultTrial
}

/** How the fault trial gives a fault, and the figures in which it must show, the most telling first. */
interface FaultTrial {
  seconds: number
  shows: readonly [string, ...string[]]
  fields?: Readonly<Record<string, number>>
}

/**
 * One way to break an instance. Two things hold for each of them:
 *
 * - Nobody who looks at the instance from outside (routes, log text, metrics, headers, stack frames) is told which one is on. A fault
 *   therefore works through a real mechanism: the request then fails, or is late, for a genuine reason and at the genuine place.
 * - It ends by itself, and what it takes of the machine is bounded.
 */
export interface Fault extends FaultDeclaration {
  /** Begins; the answer ends it and gives everything back. `request` has all fields of the fault. */
  start(request: Readonly<Record<string, unknown>>, target: FaultTarget): () => void
}

/** A fault whose `start` gets the fields that it declares. */
type DefinedFault<Mode extends string, Fields extends TProperties> = Omit<Fault, 'mode' | 'fields' | 'start'> & {
  mode: Mode
  fields: Fields
  start(request: Static<TObject<Fields>>, target: FaultTarget): () => void
}

/** Keeps the literal types of a fault, so that the API's types derive from it. */
export function defineFault<const Mode extends string, Fields extends TProperties>(
  fault: DefinedFault<Mode, Fields>,
): DefinedFault<Mode, Fields> {
  return fault
}

/** The fault ends by itself after this long. */
export const TTL_SECONDS = Type.Integer({ minimum: 1, maximum: 900, default: 120 })

type Together<Union> = (Union extends unknown ? (each: Union) => void : never) extends (all: infer All) => void ? All : never
/** The request that gives one of these faults, or ends what is on (`none`). */
export type RequestOf<Declared extends FaultDeclaration> = { mode: Declared['mode'] | 'none'; ttl_seconds: number } & FieldsOf<Declared>
/** All fields of these faults. */
type FieldsOf<Declared extends FaultDeclaration> =
  Together<Declared['fields']> extends infer All extends TProperties ? Static<TObject<All>> : never

/** The schema of `POST /faults` for these faults. */
export function faultRequest<const Declared extends FaultDeclaration>(faults: readonly Declared[]) {
  const fields = Object.assign({}, ...faults.map((fault) => fault.fields)) as TProperties // Of what it is put together from.
  const mode = Type.Enum([...faults.map((fault) => fault.mode), 'none']) as TEnum<Declared['mode'][]>
  return Type.Unsafe<RequestOf<Declared>>(Type.Object({ mode, ...fields, ttl_seconds: TTL_SECONDS }, { additionalProperties: false }))
}
