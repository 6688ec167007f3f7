import { readFileSync } from 'node:fs'
import { ConfigError, Port } from '@oncall-lab/service-kit/config'
import { decodePart } from '@oncall-lab/service-kit/decode-part'
import { type Static, Type } from 'typebox'
import { OptionalText } from '../../connector.ts'
import { readInfrastructure } from '../../infrastructure.ts'
import { SHOP_SERVICES } from '../shop.ts'

/** Which databases there are: those of INFRASTRUCTURE, else the lab's own. */
export const postgresSettings = {
  INFRASTRUCTURE: OptionalText,
  /** The lab's own database, as the agent's role; `off` where the lab has none. */
  SHOP_DATABASE_URL: Type.String({
    default: 'postgres://oncall@127.0.0.1:15432/shop',
    description: 'postgres://user@host:port/database, or off',
  }),
}
const Settings = Type.Object(postgresSettings)

/** One of the `databases` of the infrastructure file. Its role should be read-only, and be let in when the slots are gone. */
const DatabaseEntry = Type.Object(
  {
    host: Type.String({ minLength: 1 }),
    port: Type.Optional(Type.Integer(Port)),
    database: Type.String({ minLength: 1 }),
    user: Type.String({ minLength: 1 }),
    /** A secret is never written into the file: it names where it is. */
    password: Type.Optional(Type.Object({ file: Type.String({ minLength: 1 }) }, { additionalProperties: false })),
    /** Verified, unless it is `false`: only for a server on this machine. */
    tls: Type.Optional(Type.Boolean()),
    /** The services that keep their data there, as alerts name them. */
    services: Type.Array(Type.String({ minLength: 1 }), { minItems: 1 }),
  },
  { additionalProperties: false },
)

/** A database under the name by which a model may call it. */
export interface NamedDatabase {
  name: string
  host: string
  port: number
  database: string
  user: string
  password?: string
  tls: boolean
  services: readonly string[]
}

/** @throws ConfigError */
export function chooseDatabases({ INFRASTRUCTURE: path, SHOP_DATABASE_URL: url }: Static<typeof Settings>): NamedDatabase[] {
  const named = Object.entries(readInfrastructure(path, 'databases', DatabaseEntry)).map(fromEntry)
  if (named.length > 0) return named
  return url === 'off' ? [] : [fromUrl(url)]
}

function fromEntry([name, { password, port = 5432, tls = true, ...entry }]: [string, Static<typeof DatabaseEntry>]): NamedDatabase {
  return { name, ...entry, port, tls, ...(password && { password: readSecret(password.file) }) }
}

/** Without the line break at its end. @throws ConfigError */
function readSecret(file: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '')
  } catch (cause) {
    throw new ConfigError(`INFRASTRUCTURE: the file ${file} with a password cannot be read`, { cause })
  }
}

function fromUrl(text: string): NamedDatabase {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const [user = '', database = '', password] = url ? [url.username, url.pathname.slice(1), url.password].map(decodePart) : []
  if (!url || !/^postgres(ql)?:$/.test(url.protocol) || user === '' || database === '' || password === undefined)
    throw new ConfigError('SHOP_DATABASE_URL must be postgres://user@host:port/database, or off')
  return {
    name: 'shop',
    host: url.hostname,
    port: Number(url.port || 5432),
    database,
    user,
    ...(password !== '' && { password }),
    tls: false,
    services: SHOP_SERVICES,
  }
}
