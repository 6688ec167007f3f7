import { ConfigError, HttpUrl } from '@oncall-lab/service-kit/config'
import { decodePart } from '@oncall-lab/service-kit/decode-part'
import { type Static, type TProperties, Type } from 'typebox'
import type { ConnectorFacts } from './api.ts'
import type { Store } from './store/ports.ts'

/** What every connector is given beside its settings. */
export interface ConnectorDependencies {
  /** Called with what failed and will be tried again. */
  onError: (what: string, error: unknown) => void
  /** What the agent remembers; to be called when a function runs, not while connecting. */
  remembered: () => Pick<Store, 'incidents'>
}

/** A connector's port as the configuration makes it, or why there is none. */
export type Connection<Port> = { kind: 'on'; port: Port; about: ConnectorFacts } | { kind: 'off'; about: ConnectorFacts }

/** One target, trigger, channel, tracker or model: what it reads from the environment, and how it is built from that. */
export interface Connector<Port> {
  readonly id: string
  readonly settings: TProperties
  /** What it reads of files that must never be written anywhere. @throws ConfigError */
  secrets?(config: object): string[]
  /** Opens no connection. @throws ConfigError */
  connect(config: object, deps: ConnectorDependencies): Connection<Port>
}

/** Ties the type of the configuration to the settings. */
export function defineConnector<Port, S extends TProperties>(connector: {
  id: string
  settings: S
  secrets?(config: Static<ReturnType<typeof Type.Object<S>>>): string[]
  connect(config: Static<ReturnType<typeof Type.Object<S>>>, deps: ConnectorDependencies): Connection<Port>
}): Connector<Port> {
  // `main.ts` loads the settings of all connectors by their schemas before it calls one.
  type Config = Parameters<typeof connector.connect>[0]
  return {
    ...connector,
    secrets: (config) => connector.secrets?.(config as Config) ?? [],
    connect: (config, deps) => connector.connect(config as Config, deps),
  }
}

/** Lists of connectors, by what they are. */
type Lists = Record<string, Connector<unknown>[]>

/** The ports of a list that are on, and the facts of all of it. */
export interface Connected<Port> {
  ports: Port[]
  about: ConnectorFacts[]
}

/** Connects each list. @throws ConfigError that names the problems of all of them. */
export function connectLists<L extends Lists>(lists: L, config: object, deps: ConnectorDependencies) {
  const problems: string[] = []
  const connect = (connector: Connector<unknown>): Connection<unknown>[] => {
    try {
      return [connector.connect(config, deps)]
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      problems.push(error.message)
      return []
    }
  }
  const connected = Object.entries(lists).map(([name, list]): [string, Connected<unknown>] => {
    const connections = list.flatMap(connect)
    const ports = connections.flatMap((connection) => (connection.kind === 'on' ? [connection.port] : []))
    return [name, { ports, about: connections.map(({ about }) => about) }]
  })
  if (problems.length > 0) throw new ConfigError([...new Set(problems)].join('\n'))
  // Each list's ports are those of its connectors.
  return Object.fromEntries(connected) as { [K in keyof L]: Connected<L[K] extends Connector<infer Port>[] ? Port : never> }
}

/** The settings of all connectors of these lists. */
export function settingsOf(lists: Lists): TProperties {
  return Object.assign({}, ...Object.values(lists).flatMap((list) => list.map(({ settings }) => settings)))
}

/** The secrets that the connectors read of files. What cannot be read is told when they connect. */
export function secretsOfFiles(lists: Lists, config: object): string[] {
  return Object.values(lists).flatMap((list) =>
    list.flatMap((connector) => {
      try {
        return connector.secrets?.(config) ?? []
      } catch (error) {
        if (error instanceof ConfigError) return []
        throw error
      }
    }),
  )
}

/** Settings that several connectors read. */
export const STAND_INS_URL = Type.String({ ...HttpUrl, default: 'http://127.0.0.1:8089' })
export const PROM_URL = Type.String({ ...HttpUrl, default: 'http://127.0.0.1:9090' })
export const PUBLIC_URL = Type.String({ ...HttpUrl, default: 'http://127.0.0.1:8088' })

/** A text that may be left out. */
export const OptionalText = Type.Optional(Type.String({ minLength: 1, description: 'a text' }))

/** The variables of a vendor when all are set, undefined when none is. @throws ConfigError when only some are. */
export function allOrNone<K extends string>(vendor: string, variables: Record<K, string | undefined>): Record<K, string> | undefined {
  const entries = Object.entries(variables) as [K, string | undefined][] // The keys of this record are K.
  const missing = entries.filter(([, value]) => value === undefined).map(([name]) => name)
  if (missing.length === entries.length) return undefined
  if (missing.length > 0) throw new ConfigError(`${vendor} is configured in part: set ${missing.join(', ')} too, or none of its variables.`)
  return variables as Record<K, string> // None is missing.
}

/** Variables that hold a secret are named so. */
const HOLDS_SECRET = /(?:KEY|TOKEN|PASSWORD|SECRET|CREDENTIALS?)$/

/** The secrets of a configuration, to be kept in whatever the agent writes: by the names of the variables, and the passwords within addresses. */
export function secretsOf(config: object): string[] {
  return Object.entries(config).flatMap(([name, value]) => {
    if (typeof value !== 'string') return []
    const password = URL.canParse(value) ? new URL(value).password : ''
    const plain = password === '' ? [] : [password, decodePart(password) ?? password]
    return HOLDS_SECRET.test(name) && !name.endsWith('PROJECT_KEY') ? [value, ...plain] : plain
  })
}
