import { Ajv, type ErrorObject } from 'ajv'
import type { Static, TSchema } from 'typebox'

// What every process reads is plain JSON Schema, which TypeBox makes types of as well: a process that has no other schema need not load TypeBox (8 MB).

/** A TCP port as an environment variable; 0 lets the system choose. */
export const Port = { type: 'integer', minimum: 0, maximum: 65_535, description: 'a port, 0 to 65535' } as const

/** An http(s) address; trailing slashes are taken off. */
export const HttpUrl = {
  type: 'string',
  pattern: '^https?://[^/\\s]+(/[^\\s]*[^/\\s])?$',
  description: 'an address that begins with http:// or https://, such as http://127.0.0.1:9000',
  accept: (text: string) => text.trim().replace(/(?<!\/)\/+$/, ''),
} as const

/** What every service reads beside its own settings; spread it into the service's schema. */
export const processSettings = {
  /** The address to listen on. */
  HOST: { type: 'string', default: '127.0.0.1' },
  LOG_LEVEL: { enum: ['silent', 'debug', 'info', 'warn', 'error'], default: 'info' },
  /** `stdin`: end when standard input ends, see run.ts. */
  LAB_LEASH: { enum: ['none', 'stdin'], default: 'none' },
} as const

/** What `loadConfig` reads of a property beside its JSON Schema. */
interface Setting {
  accept?: (text: string) => string
  description?: string
}

/** The configuration is unusable; the message lists every problem. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

const ajv = new Ajv({ strict: false, coerceTypes: true, useDefaults: true, allErrors: true })

/**
 * Reads the schema's properties out of the environment: defaults applied, numbers and booleans converted, unknown variables ignored,
 * an empty string counts as unset. A property's `accept(text)` brings what people write into its form; its `description` says that form in messages.
 * @throws ConfigError that names every variable that is missing or wrong, in one message.
 */
export function loadConfig<T extends TSchema & { properties: object }>(schema: T, env: Record<string, string | undefined>): Static<T> {
  const settings = schema.properties as Record<string, Setting> // Every property is a schema.
  const config = Object.fromEntries(
    Object.entries(settings).flatMap(([name, { accept = (text: string) => text }]) => {
      const value = env[name]
      return value === undefined || value === '' ? [] : [[name, accept(value)]]
    }),
  )
  if (ajv.validate(schema, config)) return config as Static<T> // Ajv has checked, converted and completed it.
  const problems = (ajv.errors ?? []).map((error) => explain(error, settings, env))
  throw new ConfigError(`The environment is not usable:\n  ${[...new Set(problems)].join('\n  ')}`)
}

function explain(
  { keyword, instancePath, message, params }: ErrorObject,
  settings: Record<string, Setting>,
  env: Record<string, string | undefined>,
): string {
  if (keyword === 'required') return `${params.missingProperty} is not set`
  const name = instancePath.slice(1)
  const form = settings[name]?.description ?? (keyword === 'enum' ? `one of ${params.allowedValues.join(', ')}` : undefined)
  return `${name} ${form === undefined ? message : `must be ${form}`}, got ${JSON.stringify(env[name])}`
}
