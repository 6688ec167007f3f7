import { guard } from '@oncall-lab/service-kit/guard'
import { redact } from '@oncall-lab/service-kit/redact'
import { Registry } from 'prom-client'
import { expect, vi, test as withoutAgent } from 'vitest'
import { type Agent, startAgent } from '../src/agent.ts'
import type { AgentParts } from '../src/agent-parts.ts'
import type { VendorReport } from '../src/channels/channel.ts'
import { LIMITS } from '../src/functions/limits.ts'
import type { ReceivedAlert } from '../src/incidents/received-alert.ts'
import { createMetrics } from '../src/metrics.ts'
import type { Model } from '../src/models/model.ts'
import { createSqliteStore } from '../src/store/sqlite/sqlite-store.ts'
import { createTicket } from '../src/trackers/create-ticket.ts'
import { lookTarget } from './look-tools.ts'
import { recordingJira } from './recording-jira.ts'
import { recordingMessenger } from './recording-messenger.ts'

/** The person on call. */
export const PERSON = 'whatsapp:+15550100001'

/**
 * A `test` of the agent without its HTTP side, on a store in memory. Its callbacks are given what they name: `start` the agent with a model
 * (again after `stop`), the alerts it is told of with `fires`, what the person `writes`, and the `store`, `phone`, `jira` and `errors` to look at.
 */
export const test = withoutAgent
  .extend('store', ({ task: _task }, { onCleanup }) => {
    const store = guard(createSqliteStore(':memory:'), redact)
    onCleanup(() => store[Symbol.asyncDispose]())
    return store
  })
  .extend('phone', () => recordingMessenger())
  .extend('jira', () => recordingJira())
  .extend('errors', (): unknown[] => [])
  .extend('running', ({ store: _outlivesIt }, { onCleanup }) => {
    const running: { agent?: Agent } = {}
    onCleanup(() => running.agent?.[Symbol.asyncDispose]())
    return running
  })
  .extend('start', ({ running, store, phone, jira, errors }) => async (model: Model, parts: Partial<AgentParts> = {}): Promise<void> => {
    running.agent = await startAgent({
      store,
      model: guard(model, redact),
      targets: [lookTarget()],
      actTools: [createTicket(guard(jira, redact), store)],
      messenger: guard(phone, redact),
      contacts: [PERSON],
      limits: LIMITS,
      metrics: createMetrics(new Registry()),
      onError: (_what, error) => errors.push(error),
      retryMs: 1,
      ...parts,
    })
  })
  .extend(
    'stop',
    ({ running }) =>
      async () =>
        startedIn(running)[Symbol.asyncDispose](),
  )
  .extend(
    'idle',
    ({ running }) =>
      async () =>
        startedIn(running).idle(),
  )
  .extend(
    'fires',
    ({ running }) =>
      (...alerts: ReceivedAlert[]) =>
        startedIn(running).receiveAlerts(alerts),
  )
  .extend(
    'writes',
    ({ running }) =>
      (body: string, vendorId: string | null = null) =>
        startedIn(running).takeMessage({ vendorId, from: PERSON, body }),
  )
  .extend(
    'reports',
    ({ running }) =>
      (vendorId: string, report: VendorReport) =>
        startedIn(running).takeReport(vendorId, report),
  )
  .extend(
    'delivered',
    ({ phone }) =>
      (count: number) =>
        vi.waitFor(() => expect(phone.delivered).toHaveLength(count), { interval: 2, timeout: 5_000 }),
  )

function startedIn({ agent }: { agent?: Agent }): Agent {
  if (!agent) throw new Error('The test has not started the agent')
  return agent
}
