import { ConfigError, HttpUrl, loadConfig, Port, processSettings } from '@oncall-lab/service-kit/config'
import { LabError } from '@oncall-lab/service-kit/errors'
import { guard } from '@oncall-lab/service-kit/guard'
import { redactedLog } from '@oncall-lab/service-kit/log-stream'
import { createRedact } from '@oncall-lab/service-kit/redact'
import { runProcess } from '@oncall-lab/service-kit/run'
import { createRegistry } from '@oncall-lab/service-kit/service'
import { pino } from 'pino'
import { Type } from 'typebox'
import { Agent as HttpAgent, setGlobalDispatcher } from 'undici'
import { APPROVE_WITHIN_MS, actionSettings } from './actions/policy.ts'
import { startAgent } from './agent.ts'
import type { Incident } from './api.ts'
import { buildApp } from './app.ts'
import { decideToken } from './bearer-token.ts'
import { createBundles } from './bundles/bundles.ts'
import { describeCapabilities } from './capabilities.ts'
import { createMessenger } from './channels/channel.ts'
import { CHANNELS } from './channels/channels.ts'
import { ownLinks } from './channels/outgoing-text.ts'
import { linksTo } from './channels/page.ts'
import { connectLists, OptionalText, PROM_URL, PUBLIC_URL, secretsOf, secretsOfFiles, settingsOf } from './connector.ts'
import { limitSettings, readLimits, WHOLE_TRANSCRIPT } from './functions/limits.ts'
import { wholeIncident } from './incident-routes.ts'
import { decideContacts, namedAddresses } from './incidents/address.ts'
import { DEFAULT_SEVERITIES, readSeverities } from './incidents/severity.ts'
import { inquiryLimits } from './inquiries/answer-inquiry.ts'
import { createMetrics } from './metrics.ts'
import { openAi, secondReader } from './models/openai/connector.ts'
import { startNotifier } from './notify/notifier.ts'
import { notifySettings, readReceivers } from './notify/settings.ts'
import { watchRetention } from './retention.ts'
import type { AlertOutcome } from './store/alert-store.ts'
import { besideStore, checkPlace, openStore } from './store/open-store.ts'
import type { Store } from './store/ports.ts'
import { openTape } from './tape/open-tape.ts'
import { tapeSettings } from './tape/settings.ts'
import { TARGETS } from './targets/targets.ts'
import { openTracer, secretsOfTelemetry } from './telemetry/open-tracer.ts'
import { telemetrySettings } from './telemetry/settings.ts'
import { createTicket } from './trackers/create-ticket.ts'
import { patientTracker } from './trackers/obey-retry-after.ts'
import { TRACKERS } from './trackers/trackers.ts'
import type { Trigger } from './triggers/trigger.ts'
import { TRIGGERS } from './triggers/triggers.ts'
import { readPrices } from './usage/prices.ts'
import { usageSettings } from './usage/settings.ts'
import { watchAlone } from './watch-alone.ts'

const LISTS = { models: [openAi], readers: [secondReader], targets: TARGETS, triggers: TRIGGERS, channels: CHANNELS, trackers: TRACKERS }

const Config = Type.Object({
  ...settingsOf(LISTS),
  ...processSettings,
  ...limitSettings,
  ...actionSettings,
  ...notifySettings,
  ...tapeSettings,
  ...telemetrySettings,
  ...usageSettings,
  AGENT_PORT: Type.Integer({ ...Port, default: 8088 }),
  /** Comma-separated names beside the loopback ones under which Alertmanager and people call. */
  AGENT_ALLOWED_HOSTS: Type.String({ default: '' }),
  AGENT_DB: Type.String({ default: 'data/agent.db' }),
  /** `move`: a database that cannot be used is moved aside, and a new one begun. */
  AGENT_DB_RECOVER: Type.Enum(['refuse', 'move'], { default: 'refuse' }),
  /** Severities from the mildest to the worst: ranks by commas, words of one rank by |. What is not listed is as severe as the worst. */
  ALERT_SEVERITIES: Type.String({ default: DEFAULT_SEVERITIES }),
  /** An alert that ended so often within ten minutes reopens its incident instead of paging again; 0 is off. */
  FLAP_AFTER: Type.Integer({ default: 3, minimum: 0, maximum: 40 }),
  /** Comma-separated addresses of the people to page, in order, each with `;role=view|reply|approve`. */
  ONCALL_CONTACTS: Type.String({ default: '' }),
  /** Minutes without an answer until a page is repeated, and then goes to the next contact; 0 waits for ever. */
  ESCALATE_AFTER: Type.Number({ default: 5, minimum: 0, maximum: 1_440 }),
  /** Days for which a resolved incident is kept with all that belongs to it; 0: for ever. */
  RETENTION_DAYS: Type.Integer({ default: 0, minimum: 0, maximum: 36_500 }),
  /** The service that a question is about which names none. */
  INQUIRY_SERVICE: Type.String({ default: 'inventory', minLength: 1 }),
  /** Where bundles of incidents are kept; beside AGENT_DB where that is a file, else data/bundles. Several agents may share it. */
  BUNDLE_DIR: OptionalText,
  BUNDLES_KEPT: Type.Integer({ default: 50, minimum: 1, maximum: 10_000 }),
  /** Of all files of a bundle, unpacked. */
  BUNDLE_MAX_MB: Type.Integer({ default: 32, minimum: 1, maximum: 1_024 }),
  /** What callers must show; needed when HOST is no loopback address. */
  AGENT_TOKEN: OptionalText,
  /** Where people open incidents. */
  CONSOLE_URL: Type.String({ ...HttpUrl, default: 'http://127.0.0.1:8087' }),
  /** Comma-separated addresses below which links in messages stay live, beside this lab's own: a console, a place for runbooks. */
  OWN_LINKS: Type.String({ default: '' }),
  PUBLIC_URL,
  PROM_URL,
})

const VERSION = '0.1.0'

/** The store, once it is open. */
const memory: { store?: Store } = {}
const remembered = () => {
  if (!memory.store) throw new LabError('Nothing is remembered before the store is open', { code: 'not_ready', status: 503 })
  return memory.store
}

/** What the environment makes of the lists. @throws ConfigError that names all that is wrong. */
function connect() {
  const config = loadConfig(Config, process.env)
  checkPlace(config.AGENT_DB)
  const secrets = [...secretsOf(config), ...secretsOfFiles(LISTS, config), ...secretsOfTelemetry(config)]
  const notifying = readReceivers(config)
  const redact = createRedact({ secrets, contacts: namedAddresses(config.ONCALL_CONTACTS) })
  const logStream = redactedLog(redact)
  const log = pino({ name: 'on-call-agent', level: config.LOG_LEVEL }, logStream)
  const onError = (what: string, error: unknown) => log.error({ err: error }, what)
  const lists = connectLists(LISTS, config, { onError, remembered })
  const [model] = lists.models.ports
  if (!model) throw new ConfigError('No model is configured.')
  const decision = decideContacts(config.ONCALL_CONTACTS, lists.channels.ports)
  if (decision.kind === 'invalid') throw new ConfigError(`ONCALL_CONTACTS: ${decision.problems.join('; ')}`)
  const tape = openTape(config.MODEL_TAPE, { asks: config.MODEL_TAPE_ASKS, redact, onError })
  const costOf = readPrices(config.MODEL_PRICES)
  return {
    config,
    redact,
    logStream,
    log,
    onError,
    lists,
    model,
    tape,
    costOf,
    notifying,
    contacts: decision.contacts,
    token: decideToken(config),
  }
}

async function start() {
  const { config, redact, logStream, log, onError, lists, model, tape, costOf, notifying, contacts, token } = connect()
  // jira.js has no time-out of its own; the model's client has its own.
  setGlobalDispatcher(new HttpAgent({ connect: { timeout: 5_000 }, headersTimeout: 30_000, bodyTimeout: 30_000 }))
  const { triggers, channels, trackers } = lists
  const targets = tape?.targets(lists.targets.ports) ?? lists.targets.ports
  const [first, ...others] = contacts
  const addresses: [string, ...string[]] = [first.address, ...others.map(({ address }) => address)]
  const isOwnLink = ownLinks([
    ...config.OWN_LINKS.split(',').map((address) => address.trim()),
    ...trackers.about.flatMap(({ address }) => address ?? []),
    config.PUBLIC_URL,
    config.PROM_URL,
    config.CONSOLE_URL,
  ])
  const limits = { ...readLimits(config), ...(lists.models.about[0]?.kind === 'stand_in' && WHOLE_TRANSCRIPT) }
  const tracer = openTracer(config, onError)
  const registry = createRegistry()
  const metrics = createMetrics(registry)
  const rules = { rank: readSeverities(config.ALERT_SEVERITIES), flapAfter: config.FLAP_AFTER }
  const store = guard(
    await openStore(config.AGENT_DB, {
      rules,
      onError,
      recovery: config.AGENT_DB_RECOVER,
      onMoved: (to) => log.warn({ to }, 'the database could not be used and was moved aside'),
    }),
    redact,
  )
  memory.store = store
  const tickets = trackers.ports.map((tracker) => createTicket(guard(patientTracker(tracker), redact), store))
  const agent = await startAgent({
    store,
    metrics,
    onError,
    model: guard(model, redact),
    secondReader: lists.readers.ports[0] && guard(lists.readers.ports[0], redact),
    limits,
    inquiryService: config.INQUIRY_SERVICE,
    actionPolicy: {
      mode: config.ACTIONS_MODE,
      minConfidence: config.ACTIONS_MIN_CONFIDENCE,
      approveWithinMs: APPROVE_WITHIN_MS,
      verifySeconds: config.ACTIONS_VERIFY_SECONDS,
    },
    contacts: addresses,
    roleOf: (address) => contacts.find((contact) => contact.address === address)?.role ?? 'view',
    rank: rules.rank,
    listLink: `${config.CONSOLE_URL}/incidents`,
    escalateAfterMs: config.ESCALATE_AFTER * 60_000,
    messenger: guard(createMessenger(channels.ports, isOwnLink, linksTo(config.CONSOLE_URL, isOwnLink)), redact),
    targets,
    tape,
    costOf,
    tracer,
    actTools: tape?.tools(tickets) ?? tickets,
    trackers: trackers.ports.map((tracker) => guard(patientTracker(tracker), redact)),
  })
  const bundles = await createBundles({
    directory: config.BUNDLE_DIR ?? besideStore(config.AGENT_DB, 'bundles'),
    kept: config.BUNDLES_KEPT,
    maxBytes: config.BUNDLE_MAX_MB * 1_048_576,
    targets,
    limits,
    redact,
    versions: { agent: VERSION, node: process.version, model: lists.models.about[0]?.detail ?? lists.models.about[0]?.name ?? 'none' },
    onError,
    async read(idOrRef) {
      const incident = await store.incidents.find(idOrRef)
      return incident && wholeIncident(store, incident, ({ ref }) => `${config.CONSOLE_URL}/incidents/${ref}`)
    },
  })
  const app = await buildApp({
    registry,
    agent,
    store,
    triggers: triggers.ports,
    channels: channels.ports,
    contacts: addresses,
    onMessageOutcome: (outcome) => metrics.messagesIn.inc({ outcome }),
    capabilities: () => ({
      ...describeCapabilities(lists, { service: config.INQUIRY_SERVICE, seconds: inquiryLimits(limits).deadlineMs / 1_000 }),
      actions_mode: config.ACTIONS_MODE,
    }),
    looks: { targets, limits, service: config.INQUIRY_SERVICE },
    bundles,
    consoleUrl: config.CONSOLE_URL,
    token,
    allowedHosts: config.AGENT_ALLOWED_HOSTS.split(',').filter((host) => host !== ''),
    logLevel: config.LOG_LEVEL,
    log: logStream,
  })
  for (const facts of Object.values(lists).flatMap(({ about }) => about)) log.info(facts, 'connector')

  const notify = notifying && {
    ...notifying,
    store,
    onError,
    source: config.CONSOLE_URL,
    urlOf: ({ ref }: Incident) => `${config.CONSOLE_URL}/incidents/${ref}`,
  }
  const telling = notify && (await watchAlone({ store, work: 'outgoing events', onError, start: () => startNotifier(notify) }))
  const reconcile = async (trigger: Trigger) => {
    const ending = new AbortController()
    const onClosed = (outcomes: AlertOutcome[]) => {
      metrics.reconciled.inc(outcomes.length)
      return agent.tell(outcomes)
    }
    const running = trigger
      .reconcile?.({ store, onError, receive: agent.receiveAlerts, onClosed }, ending.signal)
      .catch((error: unknown) => onError(`reconciling ${trigger.id}`, error))
    return {
      async stop() {
        ending.abort()
        await running
      },
    }
  }
  const watching = await Promise.all([
    ...triggers.ports.map((trigger) => watchAlone({ store, work: `reconciling ${trigger.id}`, onError, start: () => reconcile(trigger) })),
    watchAlone({ store, work: 'retention', onError, start: () => watchRetention({ store, days: config.RETENTION_DAYS, onError }) }),
  ])
  app.addHook('onClose', async () => {
    await Promise.all([...watching, telling].map((each) => each?.stop()))
    await bundles[Symbol.asyncDispose]()
    await agent[Symbol.asyncDispose]()
    await Promise.all([tape?.written(), tracer.stop()])
    await Promise.all(lists.targets.ports.map((target) => target.close?.()))
    await store[Symbol.asyncDispose]()
  })
  await app.listen({ host: config.HOST, port: config.AGENT_PORT })
  return app
}

/** `--check`: exits 0 when the environment is usable, else prints what is wrong and exits 2. Nothing is opened. */
function check(): never {
  try {
    connect()
    process.exit(0)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exit(2)
  }
}

if (process.argv.includes('--check')) check()
await runProcess(start, { leash: process.env.LAB_LEASH === 'stdin' })
