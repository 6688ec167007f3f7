import { Ajv } from 'ajv'
import type { Static, TSchema } from 'typebox'

/** What about a value does not fit its schema: a JSON pointer (empty for the value itself) and the rule that it breaks. */
export interface SchemaProblem {
  path: string
  message: string
}

/** Ajv is loaded with Fastify anyway; `typebox/value` would take 6 MB more of each process. */
const ajv = new Ajv({ strict: false, meta: false, validateSchema: false })

/** The first problem that a value has with a schema; undefined when it fits. Schemas are kept, so they must be constants. */
export function schemaProblem(schema: TSchema, value: unknown): SchemaProblem | undefined {
  if (ajv.validate(schema, value)) return undefined
  const [problem] = ajv.errors ?? []
  return { path: problem?.instancePath ?? '', message: problem?.message ?? 'does not fit' }
}

/** True when a value fits a schema, which must be a constant. */
export function fits<S extends TSchema>(schema: S, value: unknown): value is Static<S> {
  return ajv.validate(schema, value)
}
