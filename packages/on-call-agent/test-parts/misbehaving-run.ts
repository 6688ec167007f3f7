import { guard } from '@oncall-lab/service-kit/guard'
import { redact } from '@oncall-lab/service-kit/redact'
import { Registry } from 'prom-client'
import { startAgent } from '../src/agent.ts'
import { pageText } from '../src/channels/page.ts'
import type { Limits } from '../src/functions/limits.ts'
import { createMetrics } from '../src/metrics.ts'
import { withCircuitBreaker } from '../src/models/circuit-breaker.ts'
import { createOpenAiModel } from '../src/models/openai/openai-model.ts'
import { createSqliteStore } from '../src/store/sqlite/sqlite-store.ts'
import { receivedAlert } from './alerts.ts'
import { lookTarget } from './look-tools.ts'
import { type Misbehaviour, startMisbehaving } from './misbehaviours.ts'

interface MisbehavingRun {
  misbehaviour: Misbehaviour
  /** Incidents at once. */
  incidents: number
  limits: Limits
  /** Of one request to the model. */
  attemptMs: number
  /** Beyond it an incident counts as never paged. */
  patienceMs: number
}

/** What came of it: the time to each incident's first page, and what the newest diagnosis was made by. */
export async function misbehavingRun({ misbehaviour, incidents, limits, attemptMs, patienceMs }: MisbehavingRun) {
  await using server = await startMisbehaving(misbehaviour)
  await using store = guard(createSqliteStore(':memory:'), redact)
  const pagedAt = new Map<string, number>()
  const errors: unknown[] = []
  const model = withCircuitBreaker(createOpenAiModel({ baseURL: server.baseURL, apiKey: 'none', model: 'm', attemptMs }), {
    ...{ timeouts: 2, openMs: 60_000 },
  })
  await using agent = await startAgent({
    ...{ store, limits, errors, targets: [lookTarget()], actTools: [], contacts: ['whatsapp:+15550100001'] as const },
    model: guard(model, redact),
    messenger: guard(
      {
        render: (_to: string, page: Parameters<typeof pageText>[0]) => pageText(page),
        async send({ incident }: { incident?: { id: string } | undefined }) {
          if (incident && !pagedAt.has(incident.id)) pagedAt.set(incident.id, performance.now())
          return { vendorId: `SM${Math.random()}` }
        },
        find: async () => undefined,
        statusOf: async () => undefined,
      },
      redact,
    ),
    metrics: createMetrics(new Registry()),
    onError: (_what, error) => errors.push(error),
  })
  const started = performance.now()
  await agent.receiveAlerts(Array.from({ length: incidents }, (_, i) => receivedAlert({ service: `shop-${i}` })))
  const settled = await Promise.race([
    agent.idle().then(() => true),
    new Promise<false>((resolve) => setTimeout(resolve, patienceMs, false)),
  ])
  while (pagedAt.size < incidents && performance.now() - started < patienceMs) await new Promise((resolve) => setTimeout(resolve, 20))
  const madeBy = { model: 0, fallback: 0 }
  for (const { id } of await store.incidents.list(incidents)) {
    const made = (await store.incidents.timeline(id)).findLast(({ event }) => event.kind === 'diagnosis')?.event
    if (made?.kind === 'diagnosis') madeBy[made.made_by] += 1
  }
  const pageMs = [...pagedAt.values()].map((at) => at - started).sort((a, b) => a - b)
  return { pageMs, settled, madeBy, errors, allMs: performance.now() - started }
}
