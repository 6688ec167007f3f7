import { guard } from '@oncall-lab/service-kit/guard'
import { redact } from '@oncall-lab/service-kit/redact'
import { createRegistry } from '@oncall-lab/service-kit/service'
import { Registry } from 'prom-client'
import { Type } from 'typebox'
import { SCENES } from '../../rules-model/examination/examine.ts'
import { settingOf } from '../../rules-model/examination/setting.ts'
import { buildApp } from '../../rules-model/src/app.ts'
import { createMetrics as rulesMetrics } from '../../rules-model/src/metrics.ts'
import { call } from '../../rules-model/test-parts/simulated-functions.ts'
import type { World } from '../../rules-model/test-parts/simulated-world.ts'
import { startAgent } from '../src/agent.ts'
import { LIMITS, WHOLE_TRANSCRIPT } from '../src/functions/limits.ts'
import type { Tool } from '../src/functions/tool.ts'
import { createMetrics } from '../src/metrics.ts'
import { createOpenAiModel } from '../src/models/openai/openai-model.ts'
import { createSqliteStore } from '../src/store/sqlite/sqlite-store.ts'
import { receivedAlert } from '../test-parts/alerts.ts'
import { lookTarget } from '../test-parts/look-tools.ts'
import { recordingMessenger } from '../test-parts/recording-messenger.ts'

/**
 * How long it takes from a webhook to the diagnosis, and how large the largest request to a model is, over the scenes of the rules-model's examination; then 50
 * incidents at once. The agent, its store and the rules-model (over HTTP) are real, what the functions return is simulated. Fails above 1 s without other work,
 * 24 KB or a median of 12 KB. `node trials/context.ts`
 */
const functionsOf = (world: World): Tool[] => {
  const used = new Map<string, number>()
  const names = [
    'fetch_logs',
    'compute_error_rate',
    'query_prometheus',
    'list_instances',
    'fetch_code_from_github',
    ...Object.keys(world.database ?? {}),
  ]
  return names.map((name) => ({
    ...{ name, description: name, parameters: Type.Object({}, { additionalProperties: true }) },
    run: async (args) => JSON.parse(call(world, used, name, args as Record<string, unknown>)),
    summarise: () => `${name} answered.`,
  }))
}

const app = buildApp({ registry: createRegistry(), metrics: rulesMetrics(new Registry()), logLevel: 'silent' })
const baseURL = `${await app.listen({ host: '127.0.0.1', port: 0 })}/v1`

/** So many incidents of a scene's world at once: milliseconds to each diagnosis, and the largest request of each. */
async function run(world: World, { incidents, limits }: { incidents: number; limits: typeof LIMITS }) {
  await using store = guard(createSqliteStore(':memory:'), redact)
  const phone = recordingMessenger()
  await using agent = await startAgent({
    ...{
      store,
      limits: { ...limits, pagesPerHour: 0 },
      actTools: [],
      contacts: ['whatsapp:+15550100001'] as const,
      onError: console.error,
    },
    model: guard(createOpenAiModel({ baseURL, apiKey: 'none', model: 'oncall-rules-1', attemptMs: 30_000 }), redact),
    messenger: guard(phone, redact),
    targets: [lookTarget(functionsOf(world))],
    metrics: createMetrics(new Registry()),
  })
  const [alert] = world.alerts
  const severity = alert?.severity ?? 'critical'
  const alerts = Array.from({ length: incidents }, (_, i) => {
    const service = incidents === 1 ? world.service : `${world.service}-${i}`
    const alertname = alert?.alertname ?? 'X'
    return receivedAlert({
      ...{ service, alertname, severity, summary: alert?.summary ?? 'x', fingerprint: service },
      labels: { ...alert?.labels, alertname, service, severity },
    })
  })
  const started = Date.now()
  await agent.receiveAlerts(alerts)
  await agent.idle()
  const ms: number[] = []
  const bytes: number[] = []
  for (const { id } of await store.incidents.list(incidents)) {
    for (const { at, event } of await store.incidents.timeline(id)) {
      if (event.kind === 'diagnosis' && event.made_by === 'model') ms.push(Date.parse(at) - started)
      if (event.kind === 'usage') bytes.push(event.most_sent_bytes ?? 0)
    }
  }
  return { ms, bytes }
}

const worlds = SCENES.map((scene) => scene.play(settingOf(11)).world)
await run(worlds[0] as World, { incidents: 1, limits: LIMITS }) // There are scenes. The first run loads code.
const ms: number[] = []
const bytes: number[] = []
for (const world of worlds) {
  ms.push(...(await run(world, { incidents: 1, limits: { ...LIMITS, ...WHOLE_TRANSCRIPT } })).ms)
  bytes.push(...(await run(world, { incidents: 1, limits: LIMITS })).bytes)
}
const sorted = (all: number[]) => all.toSorted((a, b) => a - b)
const part = (all: number[], of: number) => sorted(all)[Math.max(0, Math.ceil(all.length * of) - 1)] ?? 0
const kb = (value: number) => `${(value / 1_024).toFixed(1)} KB`
console.log(
  `${worlds.length} scenes, ${ms.length} diagnosed by the model: webhook to diagnosis median ${part(ms, 0.5)} ms, 95 % ${part(ms, 0.95)} ms, most ${part(ms, 1)} ms`,
)
console.log(
  `largest request of an investigation, for a language model: median ${kb(part(bytes, 0.5))}, 95 % ${kb(part(bytes, 0.95))}, most ${kb(part(bytes, 1))}`,
)
const many = await run(worlds[0] as World, { incidents: 50, limits: { ...LIMITS, ...WHOLE_TRANSCRIPT } })
console.log(
  `50 incidents at once: ${many.ms.length} diagnosed, the first after ${part(many.ms, 0)} ms, the last after ${part(many.ms, 1)} ms`,
)
await app.close()
const isKept =
  ms.length === worlds.length &&
  part(ms, 1) <= 1_000 &&
  part(bytes, 1) <= 24 * 1_024 &&
  part(bytes, 0.5) <= 12 * 1_024 &&
  many.ms.length === 50
process.exit(isKept ? 0 : 1)
