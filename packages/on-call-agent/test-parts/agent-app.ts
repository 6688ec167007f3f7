import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { guard } from '@oncall-lab/service-kit/guard'
import { redact } from '@oncall-lab/service-kit/redact'
import { Registry } from 'prom-client'
import { startAgent } from '../src/agent.ts'
import type { Incident } from '../src/api.ts'
import { buildApp } from '../src/app.ts'
import { createBundles } from '../src/bundles/bundles.ts'
import { MESSAGE_CHARS, pageText } from '../src/channels/page.ts'
import { readWhatsappAddress } from '../src/channels/whatsapp/settings.ts'
import { registerStatusWebhook, TWILIO_STATUS_WEBHOOK } from '../src/channels/whatsapp/status-webhook.ts'
import { readStatus } from '../src/channels/whatsapp/undelivered.ts'
import { registerTwilioWebhook, TWILIO_WEBHOOK } from '../src/channels/whatsapp/webhook.ts'
import { LIMITS } from '../src/functions/limits.ts'
import { wholeIncident } from '../src/incident-routes.ts'
import { createMetrics } from '../src/metrics.ts'
import type { Model } from '../src/models/model.ts'
import type { Store } from '../src/store/ports.ts'
import { createSqliteStore } from '../src/store/sqlite/sqlite-store.ts'
import type { Target } from '../src/targets/target.ts'
import type { AlertmanagerClient } from '../src/triggers/alertmanager/client.ts'
import { registerAlertsRoute } from '../src/triggers/alertmanager/trigger.ts'
import { registerApiRoutes } from '../src/triggers/api/trigger.ts'
import type { Trigger } from '../src/triggers/trigger.ts'
import { GROUPING } from './alerts.ts'
import { diagnosis } from './diagnosis.ts'
import { lookTarget } from './look-tools.ts'
import { recordingMessenger } from './recording-messenger.ts'
import { call, calls, FIRST_LOOK, NOTE, says, scriptedModel } from './scripted-model.ts'

export const PERSON = 'whatsapp:+15550100001'
export const AUTH_TOKEN = '00000000000000000000000000000001'
export const PUBLIC_URL = 'https://tunnel.example'

/** What a test of the whole app may choose. */
interface AgentAppOptions {
  /** What Alertmanager holds of a group. */
  alertsOf?: AlertmanagerClient['alertsOf']
  /** What the API says of a target, by its id. */
  details?: Record<string, string>
  token?: string
  file?: string
  on?: Store
  phone?: ReturnType<typeof recordingMessenger>
  model?: Model
  targets?: Target[]
  /** Where bundles are kept; a directory of its own unless given. */
  bundleDir?: string
  /** Beside Alertmanager and the API. */
  triggers?: Trigger[]
  abandonedMs?: number
}

/** The whole app on a store in memory, a model that diagnoses and then echoes, and a phone that records. */
export async function startAgentApp({
  token,
  file = ':memory:',
  on = createSqliteStore(file),
  phone = recordingMessenger(),
  model: given,
  targets = [lookTarget()],
  alertsOf,
  details = {},
  bundleDir,
  abandonedMs,
  triggers = [],
}: AgentAppOptions = {}) {
  const registry = new Registry()
  const store = guard(on, redact)
  const outcomes: string[] = []
  const model = scriptedModel(({ transcript }) => {
    if (!transcript.some(({ role }) => role === 'assistant')) return FIRST_LOOK
    const last = transcript.at(-1)
    return last?.role === 'user' ? says(`You said: ${last.content}`) : calls(NOTE, call('send', 'send_diagnosis', diagnosis()))
  })
  const agent = await startAgent({
    store,
    model: guard(given ?? model, redact),
    targets,
    actTools: [],
    messenger: guard(phone, redact),
    contacts: [PERSON],
    limits: LIMITS,
    metrics: createMetrics(registry),
    onError: () => {},
  })
  const urlOf = ({ ref }: Incident) => `http://127.0.0.1:8087/incidents/${ref}`
  const ownDirectory = bundleDir === undefined ? mkdtempSync(join(tmpdir(), 'bundles-')) : undefined
  const bundles = await createBundles({
    directory: bundleDir ?? ownDirectory ?? '',
    kept: 50,
    maxBytes: 8 * 1_048_576,
    targets,
    limits: LIMITS,
    redact,
    versions: { agent: 'test' },
    onError: () => {},
    async read(idOrRef) {
      const incident = await store.incidents.find(idOrRef)
      return incident && wholeIncident(store, incident, urlOf)
    },
    ...(abandonedMs !== undefined && { abandonedMs }),
  })
  const app = await buildApp({
    registry,
    agent,
    store,
    triggers: [
      { id: 'alertmanager', routes: (app, deps) => registerAlertsRoute(app, deps, { grouping: GROUPING, ...(alertsOf && { alertsOf }) }) },
      { id: 'api', routes: registerApiRoutes },
      ...triggers,
    ],
    channels: [
      {
        ...phone,
        id: 'whatsapp',
        scheme: 'whatsapp',
        addressForm: 'whatsapp:+…',
        readAddress: readWhatsappAddress,
        limit: MESSAGE_CHARS,
        render: pageText,
        routes(app, deps) {
          const known = { publicUrl: PUBLIC_URL, authToken: AUTH_TOKEN }
          registerTwilioWebhook(app, { ...deps, ...known })
          registerStatusWebhook(app, { ...deps, ...known, readReport: ({ status, errorCode }) => readStatus(status, errorCode, false) })
        },
        publicPaths: [TWILIO_WEBHOOK, TWILIO_STATUS_WEBHOOK],
      },
    ],
    contacts: [PERSON],
    onMessageOutcome: (outcome) => outcomes.push(outcome),
    capabilities: () => ({
      model: { id: 'model', name: 'Model', kind: 'stand_in', address: null },
      targets: targets.map(({ id, sees, functions }) => ({
        id,
        name: id,
        kind: 'real',
        address: null,
        ...(details[id] && { detail: details[id] }),
        sees,
        functions: functions.map(({ name, description }) => ({ name, description })),
        actions: [],
      })),
      triggers: [],
      channels: [],
      trackers: [],
    }),
    bundles,
    looks: { targets, limits: LIMITS, service: 'inventory' },
    consoleUrl: 'http://127.0.0.1:8087',
    token,
    logLevel: 'silent',
  })
  return {
    app,
    agent,
    store,
    phone,
    model,
    outcomes,
    async [Symbol.asyncDispose]() {
      await app.close()
      await bundles[Symbol.asyncDispose]()
      await agent[Symbol.asyncDispose]()
      await store[Symbol.asyncDispose]()
      if (ownDirectory) rmSync(ownDirectory, { recursive: true, force: true })
    },
  }
}
