import { once } from 'node:events'
import { ConfigError, HttpUrl, loadConfig, Port, processSettings } from '@oncall-lab/service-kit/config'
import { createLog } from '@oncall-lab/service-kit/log'
import { createRegistry } from '@oncall-lab/service-kit/registry'
import { runProcess } from '@oncall-lab/service-kit/run'
import type { Static } from 'typebox'
import { type AddressRange, parseAddressRange } from './address-range.ts'
import { backendAddressProblem } from './backends/backend-address.ts'
import { refreshBackends } from './backends/refresh-backends.ts'
import { createLoadBalancer } from './load-balancer.ts'
import { POLICIES, type PolicyName } from './policies/policies.ts'

const Seconds = <const T extends number>(by: T) => ({ type: 'number', minimum: 0.1, maximum: 600, default: by }) as const
const Text = <const T extends string>(by: T) => ({ type: 'string', default: by }) as const
const Integer = <const T extends number>(minimum: number, maximum: number, by: T) =>
  ({ type: 'integer', minimum, maximum, default: by }) as const

/** Nobody is asked: BACKENDS is the list, for ever. */
const NOBODY = 'off'

const properties = {
  ...processSettings,
  LB_PORT: { ...Port, default: 9000 },
  PM_URL: {
    ...HttpUrl,
    pattern: `^${NOBODY}$|${HttpUrl.pattern}`,
    description: `${HttpUrl.description}, or ${NOBODY}`,
    default: 'http://127.0.0.1:7070',
  },
  BACKENDS: Text(''),
  LB_REFRESH_SEC: Seconds(1),
  LB_ALLOWED_HOSTS: Text('127.0.0.0/8,::1,localhost'),
  LB_TRUSTED_HOPS: Text(''),
  LB_POLICY: { enum: Object.keys(POLICIES), default: 'round-robin' },
  LB_CONNECT_TIMEOUT: Seconds(1),
  LB_READ_TIMEOUT: Seconds(10),
  LB_TOTAL_TIMEOUT: Seconds(120),
  LB_CALLER_TIMEOUT: Seconds(5),
  LB_DRAIN_SEC: { type: 'number', minimum: 0, maximum: 4.5, default: 4 },
  LB_MAX_IN_FLIGHT: Integer(1, 10_000, 256),
  LB_MAX_CONNECTIONS: Integer(1, 100_000, 4_096),
  LB_EJECT_AFTER: Integer(1, 1_000, 3),
  LB_EJECT_AFTER_5XX: Integer(0, 1_000, 0),
  LB_PROBE_PATH: { type: 'string', pattern: '^(off|/[!-~]*)$', default: '/healthz' },
  LB_PROBE_SEC: Seconds(0.5),
  LB_PROBE_TIMEOUT: Seconds(1),
} as const

/**
 * What each variable means stands in docs/load-balancer.md. It is plain JSON Schema because TypeBox is for types only here, as Fastify and undici are not used:
 * loaded, they take half of what this process needs beyond Node itself.
 */
const Config = { type: 'object', properties } as const
type Config = Required<Omit<Static<typeof Config>, 'LB_POLICY'>> & { LB_POLICY: PolicyName }

async function start(config: Config) {
  const log = createLog('load-balancer', config.LOG_LEVEL)
  const allowed = addressRange('LB_ALLOWED_HOSTS', config.LB_ALLOWED_HOSTS)
  const balancer = createLoadBalancer({ ...options(config), registry: createRegistry(), log })
  balancer.backends.replace(staticBackends(config.BACKENDS))
  if (config.PM_URL === NOBODY && config.BACKENDS === '')
    throw new ConfigError(`BACKENDS must hold addresses with commas between them where PM_URL is ${NOBODY}: there is no other list.`)
  const refresh =
    config.PM_URL === NOBODY
      ? undefined
      : refreshBackends({ pmUrl: config.PM_URL, everyMs: config.LB_REFRESH_SEC * 1_000, allowed, target: balancer, log })
  await refresh?.first

  balancer.server.listen(config.LB_PORT, config.HOST)
  await once(balancer.server, 'listening')
  log.info({ address: balancer.server.address() }, 'listening')
  return {
    async close() {
      await Promise.all([balancer.close(), refresh?.[Symbol.asyncDispose]()])
    },
  }
}

function options(config: Config) {
  const { LB_PROBE_PATH: path } = config
  return {
    policy: config.LB_POLICY,
    maxInFlight: config.LB_MAX_IN_FLIGHT,
    ejectAfter: config.LB_EJECT_AFTER,
    ejectAfter5xx: config.LB_EJECT_AFTER_5XX,
    drainMs: config.LB_DRAIN_SEC * 1_000,
    trustedHops: addressRange('LB_TRUSTED_HOPS', config.LB_TRUSTED_HOPS),
    probes: path === 'off' ? null : { path, everyMs: config.LB_PROBE_SEC * 1_000, timeoutMs: config.LB_PROBE_TIMEOUT * 1_000 },
    limits: {
      connectTimeoutMs: config.LB_CONNECT_TIMEOUT * 1_000,
      readTimeoutMs: config.LB_READ_TIMEOUT * 1_000,
      totalTimeoutMs: config.LB_TOTAL_TIMEOUT * 1_000,
      callerTimeoutMs: config.LB_CALLER_TIMEOUT * 1_000,
      maxConnections: config.LB_MAX_CONNECTIONS,
    },
  }
}

function addressRange(name: string, list: string): AddressRange {
  try {
    return parseAddressRange(list)
  } catch (error) {
    throw new ConfigError(`${name}: ${error instanceof Error ? error.message : error}`)
  }
}

/** Whoever sets BACKENDS may name any host. */
function staticBackends(list: string): string[] {
  const urls = list.split(',').flatMap((each) => each.trim().replace(/\/$/, '') || [])
  const [problem] = urls.flatMap((url) => backendAddressProblem(url, { includes: () => true }) ?? [])
  if (problem !== undefined) throw new ConfigError(`BACKENDS: ${problem}`)
  return urls
}

// Every variable has a default.
await runProcess(async () => start(loadConfig(Config, process.env) as Config), { leash: process.env.LAB_LEASH === 'stdin' })
