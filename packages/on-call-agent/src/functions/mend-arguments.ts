import type { TSchema } from 'typebox'
import { Value } from 'typebox/value'

/** The members of a JSON Schema that are read here. */
interface Schema {
  type?: string
  enum?: unknown[]
  anyOf?: Schema[]
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  minimum?: number
  maximum?: number
  minItems?: number
  maxItems?: number
  minLength?: number
  maxLength?: number
  additionalProperties?: unknown
}

/**
 * Arguments as the schema has them, wherever a model's intention is plain: numbers and objects written as text, `"85%"`, an enum in another case, one
 * thing instead of a list, `null` for what is optional, names in another notation, what is too long or too large. Optional members that cannot be
 * mended and members that nobody knows are dropped; a required one stays as it is, for the schema to refuse.
 */
export function mendArguments(schema: TSchema, args: unknown): unknown {
  return mend(schema as Schema, args) // TypeBox's schemas are JSON Schemas.
}

function mend(schema: Schema, given: unknown): unknown {
  const value = readJson(schema, given)
  if (schema.enum) return mendEnum(schema.enum, value)
  switch (schema.type) {
    case 'object':
      return mendObject(schema, value)
    case 'array':
      return mendList(schema, value)
    case 'number':
    case 'integer':
      return mendNumber(schema, value)
    case 'boolean':
      return typeof value === 'string' && /^(?:true|false)$/i.test(value) ? value.toLowerCase() === 'true' : value
    case 'string':
      return mendText(schema, value)
    default:
      return value
  }
}

/** An object or a list that was written as text. */
function readJson({ type }: Schema, value: unknown): unknown {
  if (typeof value !== 'string' || (type !== 'object' && type !== 'array') || !/^\s*[[{]/.test(value)) return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}

function mendObject(schema: Schema, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const { properties = {}, required = [], additionalProperties } = schema
  // What takes any member is for somebody else to check.
  if (additionalProperties === true) return value
  const names = new Map(Object.keys(properties).map((name) => [plain(name), name]))
  const mended: Record<string, unknown> = {}
  for (const [given, each] of Object.entries(unwrap(value, names))) {
    const name = Object.hasOwn(properties, given) ? given : names.get(plain(given))
    const property = name === undefined ? undefined : properties[name]
    if (name === undefined || property === undefined) continue
    const isOptional = !required.includes(name)
    if (each === null && isOptional) continue
    const member = mend(property, each)
    if (isOptional && !Value.Check(property as TSchema, member)) continue
    mended[name] = member
  }
  return mended
}

/** `{"arguments": {…}}`: a wrapping that no schema of ours knows. */
function unwrap(value: object, names: Map<string, string>): object {
  const entries = Object.entries(value)
  const [only] = entries
  if (entries.length !== 1 || !only || names.has(plain(only[0]))) return value
  const inner: unknown = only[1]
  return typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? inner : value
}

function mendList({ items = {}, maxItems = Number.POSITIVE_INFINITY }: Schema, value: unknown): unknown {
  if (value === null || value === undefined) return value
  const list = Array.isArray(value) ? value : typeof value === 'string' && items.type === 'string' ? linesOf(value) : [value]
  const mended = list.filter((each) => each !== null && each !== '').map((each) => mend(items, each))
  const fitting = mended.filter((each) => Value.Check(items as TSchema, each))
  // What cannot be mended goes only where something is left.
  return (fitting.length > 0 ? fitting : mended).slice(0, maxItems)
}

/** `1. this\n2. that`. */
function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.replace(/^\s{0,20}(?:\d{1,3}[.)]|[-*•])\s{1,4}/, '').trim())
    .filter((line) => line !== '')
}

function mendNumber({ type, minimum, maximum }: Schema, value: unknown): unknown {
  const text = typeof value === 'string' ? value.trim() : undefined
  const written = text === undefined ? undefined : /^(-?\d{1,15}(?:\.\d{1,15})?)\s?(%|s|sec|seconds)?$/.exec(text)
  const number = typeof value === 'number' ? value : written ? Number(written[1]) : undefined
  if (number === undefined || !Number.isFinite(number)) return value
  // A share of one, said in per cent.
  const isShare = type === 'number' && maximum === 1
  if (isShare && (written?.[2] === '%' || (number > 1 && number <= 100))) return number / 100
  if (type !== 'integer') return number
  return Math.min(Math.max(Math.round(number), minimum ?? Number.MIN_SAFE_INTEGER), maximum ?? Number.MAX_SAFE_INTEGER)
}

function mendText({ maxLength = Number.POSITIVE_INFINITY }: Schema, value: unknown): unknown {
  const text =
    typeof value === 'number' || typeof value === 'boolean' ? String(value) : Array.isArray(value) && value.length === 1 ? value[0] : value
  if (typeof text !== 'string' || text.length <= maxLength) return text
  const cut = text.slice(0, maxLength)
  return /[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut
}

function mendEnum(allowed: unknown[], value: unknown): unknown {
  const one = Array.isArray(value) && value.length === 1 ? value[0] : value
  return typeof one === 'string' ? (allowed.find((each) => typeof each === 'string' && plain(each) === plain(one)) ?? one) : one
}

/** Without case, hyphens, underscores and spaces. */
const plain = (name: string) =>
  name
    .slice(0, 200)
    .toLowerCase()
    .replace(/[\s_-]/g, '')
