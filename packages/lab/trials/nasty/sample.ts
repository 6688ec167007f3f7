/** As much of JSON Schema as the lab's own documents use. */
export interface Schema {
  type?: string
  const?: unknown
  enum?: unknown[]
  anyOf?: Schema[]
  properties?: Record<string, Schema>
  patternProperties?: Record<string, Schema>
  items?: Schema
  minItems?: number
  minimum?: number
  pattern?: string
  default?: unknown
}

/** Values by the name of the member, where a schema alone does not tell one that is taken. */
export type Known = Record<string, unknown>

/** A value that a schema takes, with all that it may hold. */
export function sample(schema: Schema, known: Known, name = ''): unknown {
  if (name in known) return known[name]
  if (schema.const !== undefined) return schema.const
  if (schema.enum) return schema.enum[0]
  if (schema.anyOf?.[0]) return sample(schema.anyOf[0], known, name)
  switch (schema.type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? { key: { type: 'string' } }).map(([key, each]) => [key, sample(each, known, key)]),
      )
    case 'array':
      return [sample(schema.items ?? {}, known, name)]
    case 'integer':
    case 'number':
      return schema.minimum ?? 1
    case 'boolean':
      return true
    case 'null':
      return null
    default:
      return 'text'
  }
}
