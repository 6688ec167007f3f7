import { createHttpClient } from '@oncall-lab/service-kit/http-client'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startGateway } from '../../../gateway/test-parts/running-gateway.ts'
import { alertGroup, receivedAlert } from '../../../on-call-agent/test-parts/alerts.ts'
import { newAction, proposedEvent } from '../../../on-call-agent/test-parts/new-action.ts'
import { callGateway } from '../srebot/gateway-client.ts'
import { createSession } from './session.ts'
import { streamAnswer } from './stream-answer.ts'

/** A session before a real gateway and a real agent, and what it said. */
let running: Awaited<ReturnType<typeof startGateway>>
let url = ''
const said: string[] = []
beforeEach(async () => {
  running = await startGateway()
  url = await running.app.listen({ host: '127.0.0.1', port: 0 })
  said.length = 0
})
afterEach(() => running[Symbol.asyncDispose]())

const start = (at = url) =>
  createSession({
    ask: (agent, question, signal) => streamAnswer({ url: at, token: undefined, agent, contextId: 'a-conversation' }, question, signal),
    agents: () => callGateway(at, undefined).agents(),
    agent: createHttpClient({ name: 'The on-call agent', baseUrl: running.url, timeoutMs: 5_000 }),
    say: (line) => said.push(line),
  })
const SOON = { timeout: 15_000 }
const never = new AbortController().signal
const saidBy = async (session: ReturnType<typeof start>, line: string) => {
  said.length = 0
  const isGood = await session.take(line, never)
  return { isGood, said: [...said] }
}
const incident = async () => {
  await running.agent.app.inject({ method: 'POST', url: '/alerts', payload: alertGroup(receivedAlert()) })
  await running.agent.agent.idle()
}

test('a question shows each look as it is made, then the answer; the history knows it', async () => {
  const session = start()
  expect(await saidBy(session, 'any problem?')).toEqual({
    isGood: true,
    said: [expect.stringMatching(/^ {2}fetch_logs: /), 'An outside client holds the slots.'],
  })
  expect((await saidBy(session, '/history')).said).toEqual(['1. any problem?  (orchestrator)\n   An outside client holds the slots.'])
})

test('a look comes before there is an answer', async () => {
  const kinds: string[] = []
  const to = { url, token: undefined, agent: 'orchestrator', contextId: 'c' }
  for await (const { kind } of streamAnswer(to, 'any problem?', never)) {
    kinds.push(kind)
    // The model has nothing more to say until the look has arrived here.
    if (kind === 'look') running.release()
    else if (kinds.length === 0) running.hold()
  }
  expect(kinds).toEqual(['look', 'answer', 'end'])
})

test('/agent chooses whom to ask, among those that the gateway has', async () => {
  const session = start()
  expect((await saidBy(session, '/agent')).said.map((line) => line.split(':', 1)[0])).toEqual([
    '> orchestrator',
    '  postgres_database_agent',
    '  k8s_agent',
    '  incident_agent',
  ])
  expect(await saidBy(session, '/agent root')).toEqual({ isGood: false, said: [expect.stringContaining('There is no agent "root"')] })
  await session.take('/agent postgres_database_agent', never)
  expect(session.asks).toBe('postgres_database_agent')
  expect((await saidBy(session, 'who holds the slots?')).said[0]).toMatch(/check_connection: The database refuses/)
})

test('/incidents lists the newest, or shows one with its evidence', async () => {
  const session = start()
  expect((await saidBy(session, '/incidents')).said).toEqual(['There is no incident.'])
  await incident()
  expect((await saidBy(session, '/incidents')).said).toEqual([expect.stringMatching(/^I1 {2}diagnosed, critical, inventory: /)])
  expect((await saidBy(session, '/incidents I1')).said.join('\n')).toMatch(/^I1: inventory, critical, diagnosed[\s\S]*cause \(confidence/)
  expect(await saidBy(session, '/incidents I9')).toEqual({
    isGood: false,
    said: [expect.stringMatching(/^The on-call agent answered GET \/api\/incidents\/I9 with 404: [^{}]+$/)],
  })
})

test('/approve and /deny show what waits, and decide about it', async () => {
  const session = start()
  expect((await saidBy(session, '/approve')).said).toEqual(['No action waits for a person.'])
  await incident()
  const [first] = await running.agent.store.incidents.list(1)
  const stored = await running.agent.store.actions.propose(newAction(first?.id ?? ''), proposedEvent)
  const id = typeof stored === 'object' && stored !== null && 'id' in stored ? String(stored.id) : 'A1'
  expect((await saidBy(session, '/approve')).said).toEqual([`${id}  medium: Restarts 127.0.0.1:8001. (It hangs.)`])
  expect(await saidBy(session, '/approve 4821')).toEqual({
    isGood: false,
    said: ['"4821" names no action; they are called A1, A2 and so on. /approve lists those that wait; a code comes after the name.'],
  })
  expect((await saidBy(session, `/deny ${id} not now`)).said).toEqual([`${id} is denied: Restarts 127.0.0.1:8001.`])
  expect((await saidBy(session, `/approve ${id}`)).isGood).toBe(false)
})

test('a question that is cancelled says so, and is cancelled at the agent', async () => {
  running.hold()
  const ending = new AbortController()
  const session = start()
  const taken = session.take('take your time', ending.signal)
  await expect.poll(async () => (await running.agent.app.inject('/api/inquiries')).json().inquiries.length, SOON).toBe(1)
  ending.abort()
  expect([await taken, said]).toEqual([false, ['Cancelled.']])
  await expect.poll(async () => (await running.agent.app.inject('/api/inquiries')).json().inquiries[0].status, SOON).toBe('cancelled')
  running.release()
})

test.each(['/nothing', '/constructor', '/incidents ../actions'])('%s says what is wrong, and the session goes on', async (line) => {
  const session = start()
  expect((await saidBy(session, line)).isGood).toBe(false)
  expect((await saidBy(session, '/help')).said.join('\n')).toContain('/approve [action] [code]')
})

test('without a gateway the answer says where none is', async () => {
  expect(await saidBy(start('http://127.0.0.1:1'), 'any problem?')).toEqual({
    isGood: false,
    said: [expect.stringContaining('No gateway answers at http://127.0.0.1:1')],
  })
})
