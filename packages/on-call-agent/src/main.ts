import { HttpUrl, loadConfig, Port, processSettings } from '@oncall-lab/service-kit/config'
import { runProcess } from '@oncall-lab/service-kit/run'
import { createRegistry } from '@oncall-lab/service-kit/service'
import { pino } from 'pino'
import { Type } from 'typebox'
import { Agent as HttpAgent, setGlobalDispatcher } from 'undici'
import { startAgent } from './agent.ts'
import { runReconcile } from './alerts/reconcile.ts'
import { buildApp } from './app.ts'
import { createAlertmanagerClient } from './clients/alertmanager.ts'
import { createGitHubClient } from './clients/github.ts'
import { createJiraClient } from './clients/jira.ts'
import { createLoadBalancerClient } from './clients/load-balancer.ts'
import { createProcessManagerClient } from './clients/process-manager.ts'
import { createPrometheusClient } from './clients/prometheus.ts'
import { createTwilioMessenger } from './clients/twilio.ts'
import { createSqliteIncidentStore } from './incidents/sqlite-incident-store.ts'
import { LIMITS } from './investigation/limits.ts'
import { createOpenAiModel } from './investigation/openai-model.ts'
import { createMetrics } from './metrics.ts'
import { computeErrorRate } from './tools/compute-error-rate.ts'
import { createJiraTicket } from './tools/create-jira-ticket.ts'
import { fetchCodeFromGitHub } from './tools/fetch-code-from-github.ts'
import { fetchLogs } from './tools/fetch-logs.ts'
import { listInstances } from './tools/list-instances.ts'
import { queryPrometheus } from './tools/query-prometheus.ts'
import { chooseVendors, vendorSettings } from './vendors.ts'

const Config = Type.Object({
  ...processSettings,
  ...vendorSettings,
  AGENT_PORT: Type.Integer({ ...Port, default: 8088 }),
  /** Comma-separated names beside the loopback ones under which Alertmanager and people call. */
  AGENT_ALLOWED_HOSTS: Type.String({ default: '' }),
  AGENT_DB: Type.String({ default: 'data/agent.db' }),
  LB_URL: Type.String({ ...HttpUrl, default: 'http://127.0.0.1:9000' }),
  PM_URL: Type.String({ ...HttpUrl, default: 'http://127.0.0.1:7070' }),
  PROM_URL: Type.String({ ...HttpUrl, default: 'http://127.0.0.1:9090' }),
  ALERTMANAGER_URL: Type.String({ ...HttpUrl, default: 'http://127.0.0.1:9093' }),
  PUBLIC_URL: Type.String({ ...HttpUrl, default: 'http://127.0.0.1:8088' }),
})

async function start() {
  const config = loadConfig(Config, process.env)
  const vendors = chooseVendors(config)
  // jira.js has no time-out of its own; the model's client has a shorter one (LIMITS).
  setGlobalDispatcher(new HttpAgent({ connect: { timeout: 5_000 }, headersTimeout: 30_000, bodyTimeout: 30_000 }))

  const registry = createRegistry()
  const metrics = createMetrics(registry)
  const store = createSqliteIncidentStore(config.AGENT_DB)
  const prometheus = createPrometheusClient(config.PROM_URL)
  const loadBalancer = createLoadBalancerClient(config.LB_URL)
  const processManager = createProcessManagerClient(config.PM_URL)
  const alertmanager = createAlertmanagerClient(config.ALERTMANAGER_URL)
  const log = pino({ name: 'on-call-agent', level: config.LOG_LEVEL })
  const onError = (what: string, error: unknown) => log.error({ err: error }, what)

  const agent = startAgent({
    store,
    metrics,
    onError,
    limits: LIMITS,
    personOnCall: vendors.twilio.personOnCall,
    model: createOpenAiModel({ ...vendors.model, attemptMs: LIMITS.modelAttemptMs }),
    messenger: createTwilioMessenger(vendors.twilio),
    lookTools: [
      fetchLogs(loadBalancer),
      computeErrorRate(prometheus),
      queryPrometheus(prometheus),
      listInstances(processManager, loadBalancer),
      fetchCodeFromGitHub(createGitHubClient(vendors.github)),
    ],
    actTools: [createJiraTicket(createJiraClient(vendors.jira), store)],
  })
  const app = await buildApp({
    registry,
    agent,
    store,
    personOnCall: vendors.twilio.personOnCall,
    webhook: {
      publicUrl: config.PUBLIC_URL,
      authToken: vendors.twilio.authToken,
      onOutcome: (outcome) => metrics.messagesIn.inc({ outcome }),
    },
    about: { vendors: vendors.lines },
    allowedHosts: config.AGENT_ALLOWED_HOSTS.split(',').filter((host) => host !== ''),
    logLevel: config.LOG_LEVEL,
  })
  for (const line of vendors.lines) log.info(line)

  const ending = new AbortController()
  const reconciling = runReconcile({ store, alertmanager, prometheus, onError, onClosed: () => metrics.reconciled.inc() }, ending.signal)
  app.addHook('onClose', async () => {
    ending.abort()
    await agent[Symbol.asyncDispose]()
    await reconciling.catch((error: unknown) => onError('reconciling', error))
    store[Symbol.dispose]()
  })
  await app.listen({ host: config.HOST, port: config.AGENT_PORT })
  return app
}

await runProcess(start, { leash: process.env.LAB_LEASH === 'stdin' })
