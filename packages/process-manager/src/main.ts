import { resolve } from 'node:path'
import { ConfigError, HttpUrl, loadConfig, Port, processSettings } from '@oncall-lab/service-kit/config'
import { runProcess } from '@oncall-lab/service-kit/run'
import { createRegistry } from '@oncall-lab/service-kit/service'
import { Type } from 'typebox'
import { AGENT_TOKEN, InstanceState } from './api.ts'
import { buildApp } from './app.ts'
import { Assignments } from './assignments.ts'
import { BackendFeed } from './backend-feed.ts'
import { DatabaseLinks } from './database-access/database-links.ts'
import { DatabaseLogin } from './database-access/database-login.ts'
import { DatabaseFaultSwitch } from './database-faults/database-fault-switch.ts'
import { Deployments } from './deployments.ts'
import { EventLog } from './event-log.ts'
import { Fleet } from './fleet.ts'
import { FleetFaults } from './fleet-faults.ts'
import { createInstanceClient } from './instance-client.ts'
import { InstanceFaults } from './instance-faults/instance-faults.ts'
import { createInventoryStarter } from './inventory-process.ts'
import { databasePart, loadBalancerPart } from './known-parts.ts'
import { createMetrics } from './metrics.ts'
import { ReleaseShelf } from './release-shelf.ts'
import { Rollout } from './rollout.ts'
import { RulesFile } from './rules-file.ts'
import { createSettingUser } from './setting-user.ts'
import { SettingsBook } from './settings-book.ts'
import { ShopParts } from './shop-parts.ts'
import { SUPERVISOR } from './supervised-instance.ts'
import { TargetsFile } from './targets-file.ts'
import { TrafficRuns } from './traffic/traffic-runs.ts'

const Settings = Type.Object({
  ...processSettings,
  /** The address to listen on, before HOST. */
  PM_HOST: Type.Optional(Type.String()),
  PM_PORT: Type.Integer({ ...Port, default: 7070 }),
  /** The first and the last port for instances. */
  PM_BASE_PORT: Type.Integer({ ...Port, minimum: 1, default: 8001 }),
  PM_MAX_PORT: Type.Integer({ ...Port, minimum: 1, default: 8010 }),
  PM_SD_FILE: Type.String({ default: 'targets/inventory_targets.json' }),
  /** What the team's own alert rule looks back. */
  PM_RULE_SECONDS: Type.Integer({ minimum: 4, default: 60 }),
  /** How many instances to start with. */
  PM_REPLICAS: Type.Integer({ minimum: 0, default: 2 }),
  /** For the instances. */
  SERVICE: Type.String({ default: 'inventory' }),
  DATABASE_URL: Type.String({ default: 'postgres://shop@127.0.0.1:15432/shop' }),
  LOG_DIR: Type.String({ default: 'logs' }),
  /** Where customers go who are started by `POST /traffic`. */
  LB_URL: Type.String({ ...HttpUrl, default: 'http://127.0.0.1:9000' }),
  /** Keeps the releases that were built. */
  PM_RELEASES_DIR: Type.String({ default: 'data/releases' }),
  /** The on-call agent shows it, and is then bound by the fleet's policy. It gives fewer rights than none, so it is no secret. */
  PM_AGENT_TOKEN: Type.String({ minLength: 1, default: AGENT_TOKEN }),
  /** The file that holds the lab's own database server down; unset for somebody else's server, which is never stopped. */
  PM_DATABASE_HOLD_FILE: Type.Optional(Type.String()),
  /** The same for the load balancer; unset where it is not started from here. */
  PM_BALANCER_HOLD_FILE: Type.Optional(Type.String()),
})

/** An instance starts in about a second on an idle machine; ten at once on two busy cores take ten times that. */
const HEALTHY_WITHIN_MS = 30_000
/** A busy or a slow instance answers its probes late, but sooner than that. */
const HANGS_AFTER_MS = 30_000

const ROOT = resolve(import.meta.dirname, '../../..')

async function start() {
  const config = loadConfig(Settings, process.env)
  const { PM_BASE_PORT: firstPort, PM_MAX_PORT: lastPort, PM_REPLICAS: replicas } = config
  if (lastPort < firstPort) throw new ConfigError(`PM_MAX_PORT (${lastPort}) is below PM_BASE_PORT (${firstPort})`)
  if (replicas > lastPort - firstPort + 1)
    throw new ConfigError(`PM_REPLICAS is ${replicas}, and there are fewer ports from ${firstPort} to ${lastPort}`)
  const { HOST, SERVICE, DATABASE_URL, LOG_DIR, LOG_LEVEL } = config

  const registry = createRegistry()
  const client = createInstanceClient()
  const backends = new BackendFeed()
  const events = new EventLog()
  const targets = new TargetsFile(config.PM_SD_FILE, (error) => app.log.error({ err: error }, 'the targets file cannot be written'))
  const rules = new RulesFile(config.PM_SD_FILE, config.PM_RULE_SECONDS, (error) =>
    app.log.error({ err: error }, "the file with the team's rules cannot be written"),
  )
  const newest = () => `127.0.0.1:${fleet.desiredPorts().at(-1) ?? firstPort}`
  const shelf = new ReleaseShelf({ root: ROOT, directory: resolve(config.PM_RELEASES_DIR) })
  const assignments = new Assignments(shelf.first)
  const ports = Array.from({ length: lastPort - firstPort + 1 }, (_, place) => firstPort + place)
  // Of somebody else's server neither the way to it nor its roles are ours.
  const own = config.PM_DATABASE_HOLD_FILE === undefined ? undefined : DATABASE_URL
  const links = await DatabaseLinks.open(own, ports)
  const login = own === undefined ? undefined : new DatabaseLogin(own)
  /** Each instance gets what the settings say when it starts. */
  function environmentOf(port: number): Record<string, string> {
    const isGiven = settings.valueOf('inventory', 'DATABASE_URL', port) === 'given'
    const BADGES = settings.valueOf('inventory', 'BADGES', port)
    const database = isGiven && { DATABASE_URL: links.through(login?.urlFor(port) ?? DATABASE_URL, port) }
    return { HOST, SERVICE, LOG_DIR, LOG_LEVEL, BADGES, ...database }
  }
  const fleet = new Fleet({
    firstPort,
    lastPort,
    client,
    backends,
    start: createInventoryStarter({ settings: environmentOf, releaseOf: (port) => assignments.of(port), inherited: process.env }),
    healthyWithinMs: HEALTHY_WITHIN_MS,
    hangsAfterMs: HANGS_AFTER_MS,
    targets,
    onEvent: (event) => events.add(event),
  })
  const availableMemory = () => process.availableMemory()
  const instanceFaults = new InstanceFaults({ client, availableMemory, revive: (port) => fleet.start(port, SUPERVISOR) })
  const outdated = () => login?.outdated(fleet.list().flatMap(({ port, pid }) => (pid === null ? [] : [port]))) ?? []
  const databaseFaults = new DatabaseFaultSwitch(
    /^postgres(ql)?:/.test(DATABASE_URL)
      ? {
          url: DATABASE_URL,
          holdFile: config.PM_DATABASE_HOLD_FILE,
          availableMemory,
          login: login && {
            rotate: () => login.rotate(),
            outdated,
            renew: () => rollout.run({ by: SUPERVISOR, ports: outdated() }),
          },
        }
      : undefined,
  )
  const faults = new FleetFaults({ instances: () => fleet.list(), instanceFaults, databaseFaults, links })
  const traffic = new TrafficRuns({ url: config.LB_URL, inherited: process.env })
  const rollout = new Rollout(fleet)
  const settings = new SettingsBook({ fleet, rollout, events, use: createSettingUser({ backends, targets, rules, newest }) })
  const deployments = new Deployments({ shelf, assignments, fleet, rollout, events })
  const parts = new ShopParts({
    parts: {
      database: databasePart(DATABASE_URL, config.PM_DATABASE_HOLD_FILE),
      'load-balancer': loadBalancerPart(config.LB_URL, config.PM_BALANCER_HOLD_FILE),
    },
    events,
  })
  const agentToken = config.PM_AGENT_TOKEN
  const app = buildApp({
    registry,
    fleet,
    backends,
    events,
    faults,
    deployments,
    rollout,
    settings,
    parts,
    traffic,
    agentToken,
    logLevel: LOG_LEVEL,
  })
  if (shelf.leftOut.length > 0) app.log.warn({ releases: shelf.leftOut }, 'the source no longer gives all releases')
  const metrics = createMetrics(registry, fleet)
  events.listen((event) => metrics.observe(event))
  events.listen(({ type, ...details }) => app.log.info(details, details.port === undefined ? type : `instance ${type}`))
  events.listen(({ type, port }) => {
    if (port === undefined) return
    if (type === 'removed') assignments.forget(port)
    const state = InstanceState.enum.find((one) => one === type)
    if (state) instanceFaults.follow(port, state)
  })
  app.addHook('onClose', () => links[Symbol.asyncDispose]())
  // Its own port first: a second process manager must not touch the targets file of the first.
  await app.listen({ host: config.PM_HOST ?? config.HOST, port: config.PM_PORT })
  void databaseFaults.recover()
  await rules.write('none', newest())
  await login?.begin()
  // Its first act is to replace what an earlier process manager left in the targets file.
  fleet
    .scale(replicas, 'the start of the process manager')
    .catch((error) => app.log.error({ err: error }, 'the instances cannot be started'))
  return app
}

await runProcess(start, { leash: process.env.LAB_LEASH === 'stdin' })
