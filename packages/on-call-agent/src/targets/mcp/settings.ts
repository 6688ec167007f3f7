import { readFileSync } from 'node:fs'
import { ConfigError } from '@oncall-lab/service-kit/config'
import { describeError } from '@oncall-lab/service-kit/errors'
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { ActionLevel } from '../../api.ts'
import { OptionalText } from '../../connector.ts'

/** The file that names MCP servers whose functions the model may call too; docs/models.md shows one. */
export const mcpSettings = { MCP_SERVERS: OptionalText }

const closed = { additionalProperties: false } as const
/** A secret is never written into the file: it names where it is. */
const SecretFile = Type.Object({ file: Type.String({ minLength: 1 }) }, closed)

const ServerEntry = Type.Object(
  {
    /** Of a server that speaks HTTP. */
    url: Type.Optional(Type.String({ pattern: '^https?://\\S+$' })),
    /** Sent to it as bearer token. */
    token: Type.Optional(SecretFile),
    /** Of a server that is started here and speaks on its standard input and output; it gets PATH and `env`, and nothing else of this process. */
    command: Type.Optional(Type.String({ minLength: 1 })),
    args: Type.Optional(Type.Array(Type.String())),
    env: Type.Optional(Type.Record(Type.String(), Type.Union([Type.String(), SecretFile]))),
    /** Its functions that a model may call; without the list, those that the server marks as read-only. */
    functions: Type.Optional(Type.Array(Type.String({ minLength: 1 }))),
    /** Its functions that change something: they are proposed, and a person decides. */
    actions: Type.Optional(Type.Record(Type.String({ minLength: 1 }), ActionLevel)),
    timeout_seconds: Type.Optional(Type.Number({ minimum: 0.1, maximum: 9 })),
    /** Of one result; what is longer is cut. */
    result_characters: Type.Optional(Type.Integer({ minimum: 200, maximum: 20_000 })),
  },
  closed,
)
type ServerEntry = Static<typeof ServerEntry>

/** `command`, `args` and `env` of a server that is started here. */
interface StartedServer {
  command: string
  args: string[]
  env: Record<string, string>
}

/** One server as it is configured, its secrets read. */
export interface McpServerSettings extends Pick<ServerEntry, 'functions' | 'actions'> {
  name: string
  at: { kind: 'http'; url: string; token?: string } | ({ kind: 'stdio' } & StartedServer)
  timeoutMs: number
  resultChars: number
}

/** It stands before the names of functions, which servers of models take with 64 characters at most. */
const SERVER_NAME = /^[a-z][a-z0-9-]{0,19}$/

/** The servers of the file; none without one. @throws ConfigError that names the file, the place and what is wrong. */
export function readMcpServers(path: string | undefined): McpServerSettings[] {
  if (path === undefined) return []
  const whole = readJson(path)
  const servers = typeof whole === 'object' && whole !== null && 'servers' in whole ? whole.servers : undefined
  if (typeof servers !== 'object' || servers === null || Array.isArray(servers))
    throw new ConfigError(`MCP_SERVERS: ${path} must hold {"servers": {"<name>": {…}}}`)
  return Object.entries(servers).map(([name, entry]) => readEntry(name, entry, `${path}: servers.${name}`))
}

function readEntry(name: string, value: unknown, place: string): McpServerSettings {
  const wrong = (what: string) => new ConfigError(`MCP_SERVERS: ${place} ${what}`)
  if (!SERVER_NAME.test(name)) throw wrong('must be named with lower-case letters, digits and -, 20 characters at most')
  const [problem] = Value.Errors(ServerEntry, value)
  if (problem) throw wrong(`${problem.instancePath.slice(1).replaceAll('/', '.')} ${problem.message}`.trim())
  const entry = value as ServerEntry // Checked above.
  if ((entry.url === undefined) === (entry.command === undefined)) throw wrong('must have either url or command')
  const secret = (each: string | Static<typeof SecretFile>) => (typeof each === 'string' ? each : readSecret(each.file, place))
  const env = Object.fromEntries(Object.entries(entry.env ?? {}).map(([variable, each]) => [variable, secret(each)]))
  return {
    name,
    at:
      entry.url !== undefined
        ? { kind: 'http', url: entry.url, ...(entry.token && { token: secret(entry.token) }) }
        : { kind: 'stdio', command: entry.command ?? '', args: entry.args ?? [], env },
    ...(entry.functions && { functions: entry.functions }),
    ...(entry.actions && { actions: entry.actions }),
    timeoutMs: (entry.timeout_seconds ?? 5) * 1_000,
    resultChars: entry.result_characters ?? 4_000,
  }
}

/** What of it must never be written anywhere. */
export function secretsOfServers(servers: McpServerSettings[]): string[] {
  return servers.flatMap(({ at }) => (at.kind === 'http' ? (at.token ?? []) : Object.values(at.env)))
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new ConfigError(`MCP_SERVERS: ${path} cannot be read as JSON: ${describeError(error)}`)
  }
}

/** Without the line break at its end. */
function readSecret(file: string, place: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '')
  } catch (cause) {
    throw new ConfigError(`MCP_SERVERS: ${place}: the file ${file} with a secret cannot be read`, { cause })
  }
}
