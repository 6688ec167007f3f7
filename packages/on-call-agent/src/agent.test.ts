import { Registry } from 'prom-client'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Agent, startAgent } from './agent.ts'
import type { ReceivedAlert } from './alerts/alert-group.ts'
import type { IncidentStore } from './incidents/incident-store.ts'
import { createSqliteIncidentStore } from './incidents/sqlite-incident-store.ts'
import { LIMITS } from './investigation/limits.ts'
import type { Model } from './investigation/model.ts'
import { createMetrics } from './metrics.ts'
import { alertGroup, receivedAlert } from './test-parts/alerts.ts'
import { diagnosis } from './test-parts/diagnosis.ts'
import { lookTools } from './test-parts/look-tools.ts'
import { recordingJira } from './test-parts/recording-jira.ts'
import { recordingMessenger } from './test-parts/recording-messenger.ts'
import { brokenOrder, call, calls, FIRST_LOOK, type ModelRequest, says, scriptedModel } from './test-parts/scripted-model.ts'
import { createJiraTicket } from './tools/create-jira-ticket.ts'

const PERSON = 'whatsapp:+15550100001'
let store: IncidentStore
let agent: Agent
let phone: ReturnType<typeof recordingMessenger>
let jira: ReturnType<typeof recordingJira>
let errors: unknown[]
beforeEach(() => {
  store = createSqliteIncidentStore(':memory:')
  phone = recordingMessenger()
  jira = recordingJira()
  errors = []
})
afterEach(async () => {
  await agent[Symbol.asyncDispose]()
  store[Symbol.dispose]()
})

function start(model: Model): void {
  agent = startAgent({
    store,
    model,
    lookTools: lookTools(),
    actTools: [createJiraTicket(jira, store)],
    messenger: phone,
    personOnCall: PERSON,
    limits: LIMITS,
    metrics: createMetrics(new Registry()),
    onError: (_what, error) => errors.push(error),
    retryMs: 1,
  })
}
const fires = (...alerts: ReceivedAlert[]) => agent.takeAlerts(alertGroup(...alerts))
const writes = (body: string, sid: string | null = null) => agent.takeMessage({ sid, from: PERSON, body })
const delivered = (count: number) => vi.waitFor(() => expect(phone.delivered).toHaveLength(count), { interval: 2, timeout: 5_000 })

const FILE_TICKET = calls(
  call('file', 'create_jira_ticket', { summary: 'Prices fail', description: 'See the diagnosis.', assignee: 'Ravi' }),
)
/** The newest message of the person's that the transcript ends with, if nothing was done about it yet. */
const asked = ({ transcript }: ModelRequest) => {
  const last = transcript.at(-1)
  return last?.role === 'user' && !last.content.startsWith('Incident') ? last.content : undefined
}
/** Looks, diagnoses; then files a ticket when a person says so and answers everything else with an echo. */
const ordinary = () =>
  scriptedModel((request) => {
    if (!request.transcript.some(({ role }) => role === 'assistant')) return FIRST_LOOK
    const text = asked(request)
    if (text?.includes('ticket')) return FILE_TICKET
    if (text) return says(`You said: ${text}`)
    const last = request.transcript.at(-1)
    if (last?.role === 'tool' && last.tool_call_id === 'file') return says(`Done: ${last.content}`)
    return calls(call('send', 'send_diagnosis', diagnosis()))
  })

test('from an alert to a page, a reply, a ticket and the end', async () => {
  const model = ordinary()
  start(model)
  expect(fires(receivedAlert())).toMatchObject([{ effect: 'opened' }])
  await delivered(1)
  expect(phone.delivered[0]).toMatchObject({ to: PERSON, body: expect.stringContaining(diagnosis().root_cause) })
  writes('create a ticket and assign to Ravi')
  await delivered(2)
  expect(jira.issues).toMatchObject([{ summary: 'Prices fail', assignee: 'Ravi Kumar', priority: 'high' }])
  expect(phone.bodies()[1]).toContain('OPS-1')
  fires(receivedAlert({ status: 'resolved' }))
  expect(store.find('I1')).toMatchObject({ status: 'resolved', ticket: { key: 'OPS-1', assignee: 'Ravi Kumar' } })
  expect(model.requests.map(({ transcript }) => brokenOrder(transcript)).filter(Boolean)).toEqual([])
  expect(errors).toEqual([])
})

test('a storm of alerts of one service is one investigation and one page', async () => {
  const model = ordinary()
  start(model)
  const storm = Array.from({ length: 50 }, (_, i) => receivedAlert({ alertname: `Alert${i}` }))
  fires(...storm)
  for (const alert of storm) fires(alert, alert)
  await delivered(1)
  await agent.idle()
  expect(model.requests).toHaveLength(2)
  expect(store.list(10)).toHaveLength(1)
  expect(store.outbox()).toEqual([])
})

test('a resolved alert starts nothing, whether its firing is known or not', async () => {
  const model = ordinary()
  start(model)
  fires(receivedAlert({ status: 'resolved' }))
  fires(receivedAlert())
  await agent.idle()
  expect(model.requests).toEqual([])
  expect(store.list(10)).toEqual([])
})

test('an alert is answered before anything is investigated', async () => {
  const model = ordinary()
  start(model)
  fires(receivedAlert())
  expect(model.requests).toEqual([])
  expect(store.list(1)[0]?.status).toBe('investigating')
})

test('an alert that comes while its service is investigated joins, and is on the page', async () => {
  const model = scriptedModel((_request, turn) => {
    if (turn === 0) expect(fires(receivedAlert({ alertname: 'InventoryHighErrorRate' }))).toMatchObject([{ effect: 'joined' }])
    return turn === 0 ? FIRST_LOOK : calls(call('send', 'send_diagnosis', diagnosis()))
  })
  start(model)
  fires(receivedAlert())
  await delivered(1)
  expect(phone.bodies()[0]).toContain('InventoryHighErrorRate')
  expect(store.list(10)).toHaveLength(1)
})

test("a person's message during an investigation waits for its end, and messages are answered in order", async () => {
  const model = ordinary()
  const waiting = scriptedModel((request, turn) => {
    if (turn === 0) for (const body of ['first', 'second']) writes(body)
    return model.answer(request.transcript, [], request.signal)
  })
  start(waiting)
  fires(receivedAlert())
  await delivered(3)
  expect(phone.bodies()).toEqual([expect.stringContaining('*I1*'), 'You said: first', 'You said: second'])
  expect(brokenOrder(store.transcript(store.find('I1')?.id ?? ''))).toBeUndefined()
})

test('two incidents are worked on side by side, each in its order', async () => {
  let release = () => {}
  const held = new Promise<void>((resolve) => (release = resolve))
  const model = ordinary()
  start(
    scriptedModel(async (request) => {
      if (request.transcript[1]?.content?.includes('Incident I1')) await held
      return model.answer(request.transcript, [], request.signal)
    }),
  )
  fires(receivedAlert(), receivedAlert({ service: 'other' }))
  await delivered(1)
  expect(phone.bodies()[0]).toContain('*I2*')
  release()
  await delivered(2)
})

test('a model that wants a ticket during the investigation gets unknown_function, whatever a log line told it', async () => {
  const model = scriptedModel((_request, turn) => {
    if (turn === 0) return FIRST_LOOK
    return turn === 1 ? FILE_TICKET : calls(call('send', 'send_diagnosis', diagnosis()))
  })
  start(model)
  fires(receivedAlert())
  await delivered(1)
  expect(jira.issues).toEqual([])
  expect(model.requests.every(({ offered }) => !offered.includes('create_jira_ticket'))).toBe(true)
  expect(model.requests[2]?.transcript.at(-1)?.content).toContain('unknown_function')
})

test('two calls for a ticket in one answer, and one more later, are one issue', async () => {
  const twice = calls(
    call('t1', 'create_jira_ticket', { summary: 'a', description: 'a' }),
    call('t2', 'create_jira_ticket', { summary: 'b', description: 'b' }),
  )
  const model = ordinary()
  start(
    scriptedModel((request) =>
      asked(request) === 'twice'
        ? twice
        : asked(request) === undefined && request.transcript.at(-1)?.role === 'tool' && jira.issues.length > 0
          ? says('done')
          : model.answer(request.transcript, [], request.signal),
    ),
  )
  fires(receivedAlert())
  await delivered(1)
  writes('twice')
  await delivered(2)
  writes('ticket please')
  await delivered(3)
  expect(jira.issues).toHaveLength(1)
  const results = store
    .timeline(store.find('I1')?.id ?? '')
    .flatMap(({ event }) => (event.kind === 'tool_result' && event.name === 'create_jira_ticket' ? [JSON.parse(event.result)] : []))
  expect(results.map(({ key, existing }) => [key, existing])).toEqual([
    ['OPS-1', false],
    ['OPS-1', true],
    ['OPS-1', true],
  ])
  expect(jira.assigned).toEqual([['OPS-1', 'Ravi Kumar']])
})

test('a message that comes twice is answered once', async () => {
  start(ordinary())
  fires(receivedAlert())
  await delivered(1)
  expect([writes('why?', 'SM-in'), writes('why?', 'SM-in')]).toEqual([true, false])
  await agent.idle()
  await delivered(2)
})

test('a person whose message may mean two incidents is asked which', async () => {
  start(ordinary())
  fires(receivedAlert(), receivedAlert({ service: 'other' }))
  await delivered(2)
  writes('why?')
  await delivered(3)
  expect(phone.bodies()[2]).toMatch(/Which incident do you mean\?[\s\S]*I2: other[\s\S]*I1: inventory/)
  writes('I1 why?')
  await delivered(4)
  expect(phone.bodies()[3]).toBe('You said: I1 why?')
})

test('a person who writes while there is no incident is told so', async () => {
  start(ordinary())
  writes('hello?')
  await delivered(1)
  expect(phone.bodies()).toEqual(['There is no incident to talk about.'])
})

test('a person gets an answer also while no model can be used, and the next message is answered from there', async () => {
  const model = ordinary()
  let broken = false
  start(
    scriptedModel((request) =>
      broken ? Promise.reject(new Error('model is down')) : model.answer(request.transcript, [], request.signal),
    ),
  )
  fires(receivedAlert())
  await delivered(1)
  broken = true
  writes('why?')
  await delivered(2)
  expect(phone.bodies()[1]).toContain('I cannot answer just now (model is down)')
  broken = false
  writes('and now?')
  await delivered(3)
  expect(phone.bodies()[2]).toBe('You said: and now?')
})

test('a restart in the middle of an investigation goes on with it and pages once', async () => {
  start(
    scriptedModel((request, turn) =>
      turn === 0
        ? FIRST_LOOK
        : new Promise((_resolve, reject) => request.signal.addEventListener('abort', () => reject(request.signal.reason))),
    ),
  )
  fires(receivedAlert())
  await vi.waitFor(() => expect(store.transcript(store.find('I1')?.id ?? '').length).toBe(5))
  await agent[Symbol.asyncDispose]()
  expect(store.pendingInvestigations()).toHaveLength(1)
  const model = ordinary()
  start(model)
  await delivered(1)
  await agent.idle()
  expect(model.requests).toHaveLength(1)
  expect(phone.delivered).toHaveLength(1)
})

test.each([
  ['before the model answered', [{ role: 'user' as const, content: 'why?' }], 1],
  ['in a function call', [{ role: 'user' as const, content: 'why?' }, calls(call('c', 'list_instances'))], 1],
  ['between the words and their sending', [{ role: 'user' as const, content: 'why?' }, says('You said: why?')], 0],
])('a restart %s answers the person once', async (_title, left, asks) => {
  start(ordinary())
  fires(receivedAlert())
  await delivered(1)
  await agent[Symbol.asyncDispose]()
  const incidentId = store.find('I1')?.id ?? ''
  const message = store.receiveMessage({ sid: 'SM9', from: PERSON, body: 'why?', incidentId }) ?? 0
  store.beginAnswer(message)
  store.appendTranscript(incidentId, left.slice(1), [])
  const model = scriptedModel((request) => {
    expect(brokenOrder(request.transcript)).toBeUndefined()
    expect(request.transcript.filter(({ content }) => content === 'why?')).toHaveLength(1)
    return says('You said: why?')
  })
  start(model)
  await delivered(2)
  await agent.idle()
  expect(phone.bodies().slice(1)).toEqual(['You said: why?'])
  expect(model.requests).toHaveLength(asks)
})

test('a call that a restart left open behind a diagnosis is closed before the next message of a person', async () => {
  store.applyAlerts([receivedAlert()])
  const incidentId = store.find('I1')?.id ?? ''
  const both = calls(call('s', 'send_diagnosis', diagnosis()), call('t', 'send_diagnosis', diagnosis()))
  const accepted = { role: 'tool' as const, tool_call_id: 's', content: '{"accepted":true}' }
  store.conclude(incidentId, { diagnosis: diagnosis(), madeBy: 'model', messages: [both, accepted], message: { to: PERSON, body: 'page' } })
  const model = scriptedModel(({ transcript }) => says(brokenOrder(transcript) ?? 'in order'))
  start(model)
  writes('why?')
  await delivered(2)
  expect(phone.bodies()).toEqual(['page', 'in order'])
})

test('a database that fails for a moment keeps back neither the page nor the next one', async () => {
  const failing = { ...store }
  let times = 0
  for (const name of ['conclude', 'markSent', 'markFailed'] as const) {
    const whole = store[name] as (...args: unknown[]) => void
    Object.assign(failing, {
      [name]: (...args: unknown[]) => {
        times += 1
        if (times % 3 !== 0) throw new Error('database is locked')
        whole(...args)
      },
    })
  }
  const intact = store
  store = failing
  start(ordinary())
  fires(receivedAlert())
  await delivered(1)
  fires(receivedAlert({ service: 'other' }))
  await delivered(2)
  await vi.waitFor(() => expect(intact.outbox()).toEqual([]))
  expect(phone.delivered).toHaveLength(2)
  expect(errors.length).toBeGreaterThan(0)
  store = intact
})

test('the agent stops within a second while a function ignores its signal', async () => {
  start(scriptedModel(() => FIRST_LOOK))
  await agent[Symbol.asyncDispose]()
  agent = startAgent({
    store,
    model: scriptedModel(() => FIRST_LOOK),
    actTools: [],
    messenger: phone,
    personOnCall: PERSON,
    limits: LIMITS,
    lookTools: lookTools().map((tool) => ({ ...tool, run: () => new Promise<object>(() => {}) })),
    metrics: createMetrics(new Registry()),
    onError: () => {},
  })
  fires(receivedAlert())
  await vi.waitFor(() => expect(store.transcript(store.find('I1')?.id ?? '').length).toBe(3))
  const started = performance.now()
  await agent[Symbol.asyncDispose]()
  expect(performance.now() - started).toBeLessThan(1_000)
})
