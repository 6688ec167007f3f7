import { type Static, type TObject, Type } from 'typebox'
import { Value } from 'typebox/value'

/** A TCP port as an environment variable; 0 lets the system choose. */
export const Port = Type.Integer({ minimum: 0, maximum: 65_535, description: 'a port, 0 to 65535' })

/** An http(s) address; trailing slashes are taken off. */
export const HttpUrl = Type.String({
  pattern: '^https?://[^/\\s]+(/[^\\s]*[^/\\s])?$',
  description: 'an address that begins with http:// or https://, such as http://127.0.0.1:9000',
  accept: (text: string) => text.trim().replace(/(?<!\/)\/+$/, ''),
})

/** What every service reads beside its own settings; spread it into the service's schema. */
export const processSettings = {
  /** The address to listen on. */
  HOST: Type.String({ default: '127.0.0.1' }),
  LOG_LEVEL: Type.Enum(['silent', 'debug', 'info', 'warn', 'error'], { default: 'info' }),
  /** `stdin`: end when standard input ends, see run.ts. */
  LAB_LEASH: Type.Optional(Type.Literal('stdin')),
}

/** The configuration is unusable; the message lists every problem. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

/**
 * Reads the schema's properties out of the environment: defaults applied, numbers and booleans converted, unknown variables ignored,
 * an empty string counts as unset. A property's `accept(text)` brings what people write into its form; its `description` says that form in messages.
 * @throws ConfigError that names every variable that is missing or wrong, in one message.
 */
export function loadConfig<T extends TObject>(schema: T, env: Record<string, string | undefined>): Static<T> {
  const given = Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => {
      const property = schema.properties[name]
      if (property === undefined || value === undefined || value === '') return []
      const accept = 'accept' in property && typeof property.accept === 'function' ? property.accept : (text: string) => text
      return [[name, accept(value)]]
    }),
  )
  const config = Value.Convert(schema, Value.Default(schema, given))
  if (Value.Check(schema, config)) return config as Static<T>
  const problems = Value.Errors(schema, config).map(({ instancePath, message, params }) => {
    const missing = 'requiredProperties' in params ? params.requiredProperties.join(', ') : ''
    const name = instancePath.slice(1) || missing
    const property = schema.properties[name]
    const form = property && 'description' in property ? `must be ${property.description}` : message
    return missing ? `${name} is not set` : `${name} ${form}, got ${JSON.stringify(env[name])}`
  })
  throw new ConfigError(`The environment is not usable:\n  ${problems.join('\n  ')}`)
}
