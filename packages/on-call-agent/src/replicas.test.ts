import { createTestDatabase } from '@oncall-lab/postgres-server/test-database'
import { expect, inject, vi, test as withoutAgents } from 'vitest'
import { PERSON, startAgentApp } from '../test-parts/agent-app.ts'
import { alertGroup, receivedAlert } from '../test-parts/alerts.ts'
import { recordingMessenger } from '../test-parts/recording-messenger.ts'
import type { TimelineEvent } from './api.ts'
import { createPostgresStore } from './store/postgres/postgres-store.ts'

/** Three whole agents on one database, as behind one address. */
const test = withoutAgents.extend('agents', async ({ task: _task }, { onCleanup }) => {
  const database = await createTestDatabase(inject('postgresUrl'))
  const phone = recordingMessenger()
  const agents = await Promise.all([1, 2, 3].map(async () => startAgentApp({ phone, on: await createPostgresStore(database.url) })))
  onCleanup(async () => {
    await Promise.all(agents.map((agent) => agent[Symbol.asyncDispose]()))
    await database[Symbol.asyncDispose]()
  })
  return agents
})

type Agents = Awaited<ReturnType<typeof startAgentApp>>[]
const post = (agent: Agents[number] | undefined, url: string, payload: object) => agent?.app.inject({ method: 'POST', url, payload })
const bodies = ([first]: Agents) => first?.phone.bodies()
const until = (holds: () => void | Promise<void>) => vi.waitFor(holds, { timeout: 20_000, interval: 20 })

test('the webhook of each of three Alertmanagers goes to each of three agents: one incident, one investigation, one page', async ({
  agents,
}) => {
  const group = alertGroup(receivedAlert(), receivedAlert({ alertname: 'InventoryHighErrorRate' }))
  await Promise.all([...agents, ...agents, ...agents].map((agent) => post(agent, '/alerts', group)))
  await until(() => expect(bodies(agents)).toHaveLength(1))
  const [incident, ...others] = (await agents[0]?.store.incidents.list(10)) ?? []
  expect(others).toEqual([])
  const count = async (kind: TimelineEvent['event']['kind']) =>
    (await agents[2]?.store.incidents.timeline(incident?.id ?? ''))?.filter(({ event }) => event.kind === kind).length
  await until(async () => expect(await count('message_sent')).toBe(1))
  for (const kind of ['investigation_started', 'diagnosis', 'message_queued'] as const) expect([kind, await count(kind)]).toEqual([kind, 1])
})

test('any agent takes the reply, and each of them shows every event, in the same order', async ({ agents }) => {
  const heard = agents.map(({ store }) => {
    const events: TimelineEvent[] = []
    store.onEvent((event) => events.push(event))
    return events
  })
  await post(agents[0], '/alerts', alertGroup(receivedAlert()))
  await until(() => expect(bodies(agents)).toHaveLength(1))
  await Promise.all(agents.map((agent, i) => post(agent, '/api/incidents/I1/messages', { body: `why ${i}?` })))
  await until(() => expect(bodies(agents)).toHaveLength(4))
  expect(bodies(agents)?.filter((body) => /You said: why \d\?/.test(body))).toHaveLength(3)
  const all = (await agents[0]?.store.incidents.eventsAfter(0, 1_000)) ?? []
  await until(() => {
    for (const events of heard) expect(events).toEqual(all)
  })
})

test('what an agent was doing when it ended goes on in another', async ({ agents }) => {
  const [first, ...others] = agents
  await first?.store.alerts.apply([receivedAlert()])
  await first?.store.inbox.receive({ vendorId: null, from: PERSON, body: 'why?', incidentId: null })
  await first?.agent[Symbol.asyncDispose]()
  await until(() => expect(bodies(others)).toHaveLength(2))
})
