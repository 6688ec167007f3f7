import { Ajv, type ErrorObject } from 'ajv'
import type { Static, TSchema } from 'typebox'

// What every process reads is plain JSON Schema, which TypeBox makes types of as well: a process that has no other schema need not load TypeBox (8 MB).

/** A TCP port as an environment variable; 0 lets the system choose. */
export const Port = { type: 'integer', minimum: 0, maximum: 65_535, description: 'a port, 0 to 65535' } as const

/**
 * An http(s) address to which paths are added: no user and password, which no client of ours would send, no query and no fragment. Trailing slashes are
 * taken off, scheme and host are lower case.
 */
export const HttpUrl = {
  type: 'string',
  pattern: '^https?://(\\[[0-9a-f:.]+\\]|[^/?#@:\\s\\[\\]]+)(:[0-9]{1,5})?(/[^?#\\s]*[^?#/\\s])?$',
  description: 'an address that begins with http:// or https://, without a user, a query or a fragment, such as http://127.0.0.1:9000',
  accept(text: string) {
    const [, front = '', path = ''] = /^([a-z]{1,8}:\/\/[^/?#]*)(.*)$/is.exec(text.trim()) ?? [text, text.trim()]
    return `${front.toLowerCase()}${path.replace(/(?<!\/)\/+$/, '')}`
  },
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
  enum?: readonly unknown[]
  description?: string
}

/** The configuration is unusable; the message lists every problem. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

// The schemas are our own: to check them against JSON Schema's own schema at each start takes longer than to use them.
const ajv = new Ajv({ strict: false, coerceTypes: true, useDefaults: true, allErrors: true, meta: false, validateSchema: false })

/**
 * Reads the schema's properties out of the environment: defaults applied, numbers and booleans converted, unknown variables ignored,
 * an empty string counts as unset, words of a list may be written in any case. A property's `accept(text)` brings what people write into its form; its `description` says that form in messages.
 * @throws ConfigError that names every variable that is missing or wrong, in one message.
 */
export function loadConfig<T extends TSchema & { properties: object }>(schema: T, env: Record<string, string | undefined>): Static<T> {
  const settings = schema.properties as Record<string, Setting> // Every property is a schema.
  const config = Object.fromEntries(
    Object.entries(settings).flatMap(([name, setting]) => {
      const { accept = (text: string) => inListedCase(text, setting.enum) } = setting
      const value = env[name]
      return value === undefined || value === '' ? [] : [[name, accept(value)]]
    }),
  )
  if (ajv.validate(schema, config)) return config as Static<T> // Ajv has checked, converted and completed it.
  const problems = (ajv.errors ?? []).map((error) => explain(error, settings, env))
  throw new ConfigError(`The environment is not usable:\n  ${[...new Set(problems)].join('\n  ')}`)
}

const inListedCase = (text: string, listed: readonly unknown[] = []) =>
  listed.find((each): each is string => typeof each === 'string' && each.toLowerCase() === text.trim().toLowerCase()) ?? text

/** The value as it may be printed: no secret, and no password of an address. */
export function shownSetting(name: string, value: string | undefined): string {
  if (/(TOKEN|PASSWORD|SECRET|API_KEY)$/.test(name)) return 'another value, which is not shown'
  return JSON.stringify(value?.replace(/\/\/[^/?#]*@/, '//…@'))
}

function explain(
  { keyword, instancePath, message, params }: ErrorObject,
  settings: Record<string, Setting>,
  env: Record<string, string | undefined>,
): string {
  if (keyword === 'required') return `${params.missingProperty} is not set`
  const name = instancePath.slice(1)
  const form = settings[name]?.description ?? (keyword === 'enum' ? `one of ${params.allowedValues.join(', ')}` : undefined)
  return `${name} ${form === undefined ? message : `must be ${form}`}, got ${shownSetting(name, env[name])}`
}
