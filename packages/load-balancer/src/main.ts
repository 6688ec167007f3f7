import { once } from 'node:events'
import { ConfigError, HttpUrl, loadConfig, Port, processSettings } from '@oncall-lab/service-kit/config'
import { runProcess } from '@oncall-lab/service-kit/run'
import { createLog, createRegistry } from '@oncall-lab/service-kit/service'
import { type Static, Type } from 'typebox'
import { type AddressRange, parseAddressRange } from './address-range.ts'
import { backendAddressProblem } from './backends/backend-address.ts'
import { refreshBackends } from './backends/refresh-backends.ts'
import { createLoadBalancer } from './load-balancer.ts'
import { POLICIES } from './policies/policies.ts'

const Seconds = (by: number) => Type.Number({ minimum: 0.1, maximum: 600, default: by })

/** What each variable means stands in docs/load-balancer.md. */
const Config = Type.Object({
  ...processSettings,
  LB_PORT: Type.Integer({ ...Port, default: 9000 }),
  PM_URL: Type.String({ ...HttpUrl, default: 'http://127.0.0.1:7070' }),
  BACKENDS: Type.String({ default: '' }),
  LB_REFRESH_SEC: Seconds(1),
  LB_ALLOWED_HOSTS: Type.String({ default: '127.0.0.0/8,::1,localhost' }),
  LB_TRUSTED_HOPS: Type.String({ default: '' }),
  LB_POLICY: Type.Enum(Object.keys(POLICIES) as (keyof typeof POLICIES)[], { default: 'round-robin' }), // Object.keys forgets the names.
  LB_CONNECT_TIMEOUT: Seconds(1),
  LB_READ_TIMEOUT: Seconds(10),
  LB_TOTAL_TIMEOUT: Seconds(120),
  LB_CALLER_TIMEOUT: Seconds(5),
  LB_DRAIN_SEC: Type.Number({ minimum: 0, maximum: 4.5, default: 4 }),
  LB_MAX_IN_FLIGHT: Type.Integer({ minimum: 1, maximum: 10_000, default: 256 }),
  LB_MAX_CONNECTIONS: Type.Integer({ minimum: 1, maximum: 100_000, default: 4_096 }),
  LB_EJECT_AFTER: Type.Integer({ minimum: 1, maximum: 1_000, default: 3 }),
  LB_EJECT_AFTER_5XX: Type.Integer({ minimum: 0, maximum: 1_000, default: 0 }),
  LB_PROBE_PATH: Type.String({ pattern: '^(off|/[!-~]*)$', default: '/healthz' }),
  LB_PROBE_SEC: Seconds(0.5),
  LB_PROBE_TIMEOUT: Seconds(1),
})
type Config = Static<typeof Config>

async function start(config: Config) {
  const log = createLog('load-balancer', config.LOG_LEVEL)
  const allowed = addressRange('LB_ALLOWED_HOSTS', config.LB_ALLOWED_HOSTS)
  const balancer = await createLoadBalancer({ ...options(config), registry: createRegistry(), log })
  balancer.backends.replace(staticBackends(config.BACKENDS))
  const refresh = refreshBackends({ pmUrl: config.PM_URL, everyMs: config.LB_REFRESH_SEC * 1_000, allowed, target: balancer, log })
  await refresh.first

  balancer.server.listen(config.LB_PORT, config.HOST)
  await once(balancer.server, 'listening')
  log.info({ address: balancer.server.address() }, 'listening')
  return {
    async close() {
      await Promise.all([balancer.close(), refresh[Symbol.asyncDispose]()])
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

await runProcess(async () => start(loadConfig(Config, process.env)), { leash: process.env.LAB_LEASH === 'stdin' })
