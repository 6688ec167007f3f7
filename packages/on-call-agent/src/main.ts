import { HttpUrl, loadConfig, Port, processSettings } from '@oncall-lab/service-kit/config'
import { runProcess } from '@oncall-lab/service-kit/run'
import { createRegistry } from '@oncall-lab/service-kit/service'
import { pino } from 'pino'
import { Type } from 'typebox'
import { Agent as HttpAgent, setGlobalDispatcher } from 'undici'
import { startAgent } from './agent.ts'
import { buildApp } from './app.ts'
import { createTwilioMessenger } from './channels/whatsapp/client.ts'
import { LIMITS } from './functions/limits.ts'
import { createMetrics } from './metrics.ts'
import { createOpenAiModel } from './models/openai/openai-model.ts'
import { createSqliteIncidentStore } from './store/sqlite/sqlite-incident-store.ts'
import { fetchLogs } from './targets/fleet/fetch-logs.ts'
import { listInstances } from './targets/fleet/list-instances.ts'
import { createLoadBalancerClient } from './targets/fleet/load-balancer.ts'
import { createProcessManagerClient } from './targets/fleet/process-manager.ts'
import { createGitHubClient } from './targets/github/client.ts'
import { fetchCodeFromGitHub } from './targets/github/fetch-code-from-github.ts'
import { createPrometheusClient } from './targets/prometheus/client.ts'
import { computeErrorRate } from './targets/prometheus/compute-error-rate.ts'
import { queryPrometheus } from './targets/prometheus/query-prometheus.ts'
import { createJiraTicket } from './trackers/create-ticket.ts'
import { createJiraClient } from './trackers/jira/client.ts'
import { createAlertmanagerClient } from './triggers/alertmanager/client.ts'
import { runReconcile } from './triggers/alertmanager/reconcile.ts'
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
