import { guard } from '@oncall-lab/service-kit/guard'
import { redact } from '@oncall-lab/service-kit/redact'
import { buildService } from '@oncall-lab/service-kit/service'
import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { bellTrigger, memoryChannel, memoryTracker, queueTarget } from '../test-parts/example-connectors.ts'
import { incidentOf } from '../test-parts/look-tools.ts'
import { nothingRemembered } from '../test-parts/nothing-remembered.ts'
import { call } from '../test-parts/scripted-model.ts'
import { createMessenger } from './channels/channel.ts'
import type { Page } from './channels/page.ts'
import { connectLists } from './connector.ts'
import { callTool } from './functions/call-tool.ts'
import { LIMITS } from './functions/limits.ts'
import { openTranscript } from './investigation/prompt.ts'
import { createSqliteStore } from './store/sqlite/sqlite-store.ts'
import { firstLookOf, functionsOf, lookForService } from './targets/sight.ts'
import { TARGETS } from './targets/targets.ts'
import { createTicket } from './trackers/create-ticket.ts'

const connect = () =>
  connectLists(
    { targets: [queueTarget], triggers: [bellTrigger], channels: [memoryChannel], trackers: [memoryTracker] },
    {},
    { onError: () => {}, remembered: nothingRemembered },
  )

test('a new target is one file and one line: first turn, functions and prompt derive from it', async () => {
  const incident = incidentOf('queue')
  const sight = await lookForService(connect().targets.ports, incident, new AbortController().signal)
  expect(firstLookOf(sight.seeing)).toEqual([{ name: 'queue_depth', args: {} }])
  expect(functionsOf(sight.seeing).map(({ name }) => name)).toEqual(['queue_depth'])
  const [system] = openTranscript(incident, sight)
  expect(system?.content).toContain('What you can look at: the job queue.')
  expect(system?.content).toContain('Begin with queue_depth.')
  expect(TARGETS.map(({ id }) => id)).not.toContain('queue')
})

test('a new function is one file: it is called, and its sentence is what people read', async () => {
  const { signal } = new AbortController()
  const tools = functionsOf(connect().targets.ports)
  const outcome = await callTool(tools, call('c', 'queue_depth'), { incident: incidentOf('queue'), limits: LIMITS, signal })
  expect(outcome).toMatchObject({ ok: true, result: '{"waiting":7}', summary: '7 jobs wait.' })
})

test('a new trigger is one file and one line: what it receives opens an incident', async () => {
  await using store = createSqliteStore(':memory:')
  const app = buildService(new Registry(), { name: 'test', logLevel: 'silent' })
  const { receive, beat } = { receive: store.alerts.apply, beat: store.alerts.beat }
  for (const trigger of connect().triggers.ports) trigger.routes(app, { receive, beat, find: () => Promise.reject(new Error('not asked')) })
  expect((await app.inject({ method: 'POST', url: '/bell', payload: { service: '' } })).statusCode).toBe(400)
  const { incident_id } = (await app.inject({ method: 'POST', url: '/bell', payload: { service: 'queue' } })).json()
  expect(await store.incidents.find(incident_id)).toMatchObject({ service: 'queue', alerts: [{ source: 'bell' }] })
})

test('a new channel is one file and one line: an address names it by its scheme', async () => {
  const { ports } = connect().channels
  const messenger = createMessenger(ports, () => true)
  const message = { to: 'memory:maya', body: 'hello', reference: 'r1', repeat: false, kind: 'page' as const }
  expect(messenger.render(message.to, {} as Page)).toBe('a page') // This channel says the same of every page.
  expect(await messenger.send(message)).toEqual({ vendorId: 'm1' })
  expect(ports[0]?.sent).toEqual(['hello'])
  await expect(messenger.send({ ...message, to: 'mailto:maya@example.com' })).rejects.toMatchObject({ code: 'no_channel' })
})

test('a new tracker is one file and one line: its function has its name', () => {
  const [tracker] = connect().trackers.ports
  if (!tracker) throw new Error('The tracker is off')
  expect(createTicket(guard(tracker, redact), {} as Parameters<typeof createTicket>[1]).name).toBe('create_memory_ticket') // The store is used by calls only.
})
