import { guard } from '@oncall-lab/service-kit/guard'
import { redact } from '@oncall-lab/service-kit/redact'
import { Registry } from 'prom-client'
import { expect, vi } from 'vitest'
import { startAgent } from '../src/agent.ts'
import type { AgentParts } from '../src/agent-parts.ts'
import { LIMITS } from '../src/functions/limits.ts'
import type { ReceivedAlert } from '../src/incidents/received-alert.ts'
import { createMetrics } from '../src/metrics.ts'
import type { Model } from '../src/models/model.ts'
import { createSqliteStore } from '../src/store/sqlite/sqlite-store.ts'
import { PERSON } from './agent-test.ts'
import { receivedAlert } from './alerts.ts'
import { lookTarget } from './look-tools.ts'
import { recordingMessenger } from './recording-messenger.ts'

interface OneRun {
  model: Model
  parts?: Partial<AgentParts>
  alert?: ReceivedAlert
}

/** One alert, from its webhook to the page, by an agent of its own. */
export async function oneRun({ model, parts = {}, alert = receivedAlert() }: OneRun) {
  await using store = guard(createSqliteStore(':memory:'), redact)
  const phone = recordingMessenger()
  const errors: unknown[] = []
  const registry = new Registry()
  await using agent = await startAgent({
    store,
    model: guard(model, redact),
    targets: [lookTarget()],
    actTools: [],
    messenger: guard(phone, redact),
    contacts: [PERSON],
    limits: LIMITS,
    metrics: createMetrics(registry),
    onError: (_what, error) => errors.push(error),
    retryMs: 1,
    ...parts,
  })
  const started = performance.now()
  await agent.receiveAlerts([alert])
  await vi.waitFor(() => expect(phone.delivered.length).toBeGreaterThan(0), { interval: 2, timeout: 25_000 })
  const pageMs = performance.now() - started
  await agent.idle()
  const incident = await store.incidents.find('I1')
  if (!incident) throw new Error('The alert opened no incident')
  const timeline = await store.incidents.timeline(incident.id)
  return { incident, timeline, page: phone.bodies()[0] ?? '', pageMs, errors, metrics: await registry.metrics() }
}
