import { readFileSync } from 'node:fs'
import { ConfigError } from '@oncall-lab/service-kit/config'
import { describeError } from '@oncall-lab/service-kit/errors'
import type { Static, TSchema } from 'typebox'
import { Value } from 'typebox/value'

/** The parts of the file that INFRASTRUCTURE names: what is looked after, by name. Each target reads its own. */
const SECTIONS = ['databases', 'clusters', 'hosts'] as const
type Section = (typeof SECTIONS)[number]

/** One part of the infrastructure file; empty when there is no file, or it lacks that part. @throws ConfigError that names the file, the place and what is wrong. */
export function readInfrastructure<S extends TSchema>(path: string | undefined, section: Section, entry: S): Record<string, Static<S>> {
  if (path === undefined) return {}
  const whole = readJson(path)
  if (typeof whole !== 'object' || whole === null || Array.isArray(whole))
    throw new ConfigError(`INFRASTRUCTURE: ${path} must hold a JSON object`)
  const [unknown] = Object.keys(whole).filter((key) => !SECTIONS.some((known) => known === key))
  if (unknown !== undefined)
    throw new ConfigError(`INFRASTRUCTURE: ${path} has ${JSON.stringify(unknown)}; it may have ${SECTIONS.join(', ')}`)
  const part: unknown = (whole as Partial<Record<Section, unknown>>)[section] ?? {}
  if (typeof part !== 'object' || part === null || Array.isArray(part))
    throw new ConfigError(`INFRASTRUCTURE: ${path}: ${section} must be an object, each entry under its name`)
  return Object.fromEntries(Object.entries(part).map(([name, value]) => [name, checked(value, entry, `${path}: ${section}.${name}`)]))
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new ConfigError(`INFRASTRUCTURE: ${path} cannot be read as JSON: ${describeError(error)}`)
  }
}

function checked<S extends TSchema>(value: unknown, schema: S, place: string): Static<S> {
  const [problem] = Value.Errors(schema, value)
  if (!problem) return value as Static<S> // It was checked.
  throw new ConfigError(`INFRASTRUCTURE: ${place}${problem.instancePath.replaceAll('/', '.')} ${problem.message}`)
}
