import { type Message, Role, type StreamResponse, TaskState } from '@a2a-js/sdk'
import { type Client, ClientFactory, DefaultAgentCardResolver, JsonRpcTransportFactory } from '@a2a-js/sdk/client'
import { A2AClient } from 'a2a-sdk-0-3/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { alertGroup, receivedAlert } from '../../../on-call-agent/test-parts/alerts.ts'
import { freePort } from '../../test-parts/free-port.ts'
import { startGateway } from '../../test-parts/running-gateway.ts'
import { textPart } from './tasks.ts'

let gateway: Awaited<ReturnType<typeof startGateway>>
let base = ''
let client: Client
beforeAll(async () => {
  const port = await freePort()
  base = `http://127.0.0.1:${port}`
  gateway = await startGateway({ publicUrl: base })
  await gateway.app.listen({ host: '127.0.0.1', port })
  client = await connect('/a2a')
})
afterAll(() => gateway[Symbol.asyncDispose]())

const factory = new ClientFactory({ transports: [new JsonRpcTransportFactory({})], cardResolver: new DefaultAgentCardResolver({}) })
const connect = (path: string) => factory.createFromUrl(`${base}${path}/`)

let messages = 0
const message = (text: string, over: Partial<Message> = {}): Message => ({
  messageId: `m${++messages}`,
  contextId: '',
  taskId: '',
  role: Role.ROLE_USER,
  parts: text === '' ? [] : [textPart(text)],
  metadata: undefined,
  extensions: [],
  referenceTaskIds: [],
  ...over,
})
const request = (asked: Message, over: { returnImmediately?: boolean } = {}) => ({
  tenant: '',
  message: asked,
  configuration: {
    acceptedOutputModes: [],
    taskPushNotificationConfig: undefined,
    historyLength: undefined,
    returnImmediately: false,
    ...over,
  },
  metadata: undefined,
})
const send = async (text: string, over?: { returnImmediately?: boolean }, via = client) => {
  const result = await via.sendMessage(request(message(text), over))
  if ('messageId' in result) throw new Error('A task was expected')
  return result
}
const wire = async (body: unknown, headers: Record<string, string> = { 'a2a-version': '1.0' }, path = '/a2a') => {
  const payload = typeof body === 'string' ? body : JSON.stringify(body)
  const answer = await gateway.app.inject({
    method: 'POST',
    url: path,
    payload,
    headers: { 'content-type': 'application/json', ...headers },
  })
  return { status: answer.statusCode, body: answer.json() }
}

test.each([
  ['', 'orchestrator'],
  ['/a2a', 'orchestrator'],
  ['/a2a/postgres_database_agent', 'postgres_database_agent'],
  ['/a2a/k8s_agent', 'k8s_agent'],
  ['/a2a/incident_agent', 'incident_agent'],
])('the card at %s is the one of %s, which can be asked where it says', async (path, name) => {
  const specialist = await connect(path)
  const card = await specialist.getAgentCard()
  expect(card).toMatchObject({ name, capabilities: { streaming: true } })
  expect(card.skills.length).toBeGreaterThan(0)
  const task = await send('Who holds the slots?', {}, specialist)
  expect(task.status?.state).toBe(TaskState.TASK_STATE_COMPLETED)
})

test('a task carries the answer as Markdown and its evidence as data, and can be read again and listed', async () => {
  const task = await send('Why am I getting "too many clients" errors?')
  const [artifact] = task.artifacts
  expect(artifact?.name).toBe('answer')
  expect(artifact?.parts[0]?.content).toMatchObject({ $case: 'text', value: expect.stringContaining('An outside client holds the slots.') })
  expect(artifact?.parts[1]?.content).toMatchObject({
    $case: 'data',
    value: { answer: expect.any(String), evidence: [], steps: [{ ok: true }] },
  })
  const again = await client.getTask({ tenant: '', id: task.id, historyLength: undefined })
  expect([again.id, again.status?.state, again.artifacts[0]?.artifactId]).toEqual([
    task.id,
    TaskState.TASK_STATE_COMPLETED,
    artifact?.artifactId,
  ])
  const list = {
    tenant: '',
    contextId: task.contextId,
    status: TaskState.TASK_STATE_UNSPECIFIED,
    pageToken: '',
    statusTimestampAfter: undefined,
  }
  const { tasks, totalSize } = await client.listTasks(list)
  expect([tasks.map(({ id }) => id), totalSize]).toEqual([[task.id], 1])
  const paged = await client.listTasks({ ...list, contextId: '', pageSize: 2 })
  expect([paged.tasks.length, paged.nextPageToken]).toEqual([2, '2'])
})

test('an incident that the question names comes as an artifact of its own, with its diagnosis', async () => {
  await gateway.agent.app.inject({ method: 'POST', url: '/alerts', payload: alertGroup(receivedAlert()) })
  await gateway.agent.agent.idle()
  const task = await send('What is known of I1?')
  expect(task.artifacts.map(({ name }) => name)).toEqual(['answer', 'diagnosis of I1'])
  expect(task.artifacts[1]?.parts[0]?.content).toMatchObject({ value: { ref: 'I1', diagnosis: { evidence: expect.any(Array) } } })
})

test('a stream tells the task, each look, the artifact and the end', async () => {
  const events: StreamResponse[] = []
  for await (const event of client.sendMessageStream(request(message('any problem?')))) events.push(event)
  const cases = events.map(({ payload }) => payload?.$case)
  expect(cases[0]).toBe('task')
  expect(cases.filter((each) => each === 'artifactUpdate')).toHaveLength(1)
  const states = events.flatMap(({ payload }) => (payload?.$case === 'statusUpdate' ? [payload.value.status?.state] : []))
  expect([states[0], states.at(-1)]).toEqual([TaskState.TASK_STATE_WORKING, TaskState.TASK_STATE_COMPLETED])
  const said = JSON.stringify(events)
  expect(said).toContain('errors were logged')
})

test('a task that is under way is cancelled once, also where nobody here works on it, and stays so', async () => {
  gateway.hold()
  const task = await send('Take your time.', { returnImmediately: true })
  expect(task.status?.state).not.toBe(TaskState.TASK_STATE_COMPLETED)
  await expect
    .poll(async () => (await client.getTask({ tenant: '', id: task.id, historyLength: undefined })).status?.state)
    .toBe(TaskState.TASK_STATE_WORKING)
  const cancelled = await client.cancelTask({ tenant: '', id: task.id, metadata: undefined })
  expect(cancelled.status?.state).toBe(TaskState.TASK_STATE_CANCELED)
  gateway.release()
  await gateway.agent.agent.idle()
  expect((await client.getTask({ tenant: '', id: task.id, historyLength: undefined })).status?.state).toBe(TaskState.TASK_STATE_CANCELED)
  const done = await send('any problem?')
  await expect(client.cancelTask({ tenant: '', id: done.id, metadata: undefined })).rejects.toThrow(/not cancelable/)
})

test('who comes back to a running task sees it go on', async () => {
  gateway.hold()
  const task = await send('Take your time.', { returnImmediately: true })
  await expect
    .poll(async () => (await client.getTask({ tenant: '', id: task.id, historyLength: undefined })).status?.state)
    .toBe(TaskState.TASK_STATE_WORKING)
  const states: (TaskState | undefined)[] = []
  for await (const { payload } of client.resubscribeTask({ tenant: '', id: task.id })) {
    if (payload?.$case === 'task') gateway.release()
    if (payload?.$case === 'statusUpdate') states.push(payload.value.status?.state)
  }
  expect(states.at(-1)).toBe(TaskState.TASK_STATE_COMPLETED)
})

describe('a client of the protocol 0.3', () => {
  test('reads the card, sends, streams, reads and cancels a task', async () => {
    const old = await A2AClient.fromCardUrl(`${base}/.well-known/agent-card.json`)
    const asked = (text: string) => ({
      message: { kind: 'message' as const, messageId: `o${++messages}`, role: 'user' as const, parts: [{ kind: 'text' as const, text }] },
    })
    const sent = await old.sendMessage(asked('any problem?'))
    if (!('result' in sent) || sent.result.kind !== 'task') throw new Error(JSON.stringify(sent))
    expect(sent.result.status.state).toBe('completed')
    expect(JSON.stringify(sent.result.artifacts)).toContain('An outside client holds the slots.')
    const got = await old.getTask({ id: sent.result.id })
    expect('result' in got && got.result.id).toBe(sent.result.id)
    const kinds: string[] = []
    for await (const event of old.sendMessageStream(asked('any problem?'))) kinds.push(event.kind)
    expect([kinds[0], kinds.at(-1), kinds.includes('artifact-update')]).toEqual(['task', 'status-update', true])
    const refused = await old.cancelTask({ id: sent.result.id })
    expect('error' in refused && refused.error.code).toBe(-32002)
  })
})

describe('what is malformed is answered as the protocol says, and opens no task', () => {
  test.each<[string, unknown, number]>([
    ['no JSON', '{', -32700],
    ['no request', { hello: 1 }, -32600],
    ['an array', [], -32600],
    ['another protocol', { jsonrpc: '1.0', id: 1, method: 'SendMessage', params: {} }, -32600],
    ['an unknown method', { jsonrpc: '2.0', id: 1, method: 'RunShell', params: {} }, -32601],
    ['no message', { jsonrpc: '2.0', id: 1, method: 'SendMessage', params: {} }, -32602],
    [
      'a task that does not exist',
      { jsonrpc: '2.0', id: 1, method: 'GetTask', params: { id: '00000000-0000-4000-8000-00000000000f' } },
      -32001,
    ],
    ['a path for an id', { jsonrpc: '2.0', id: 1, method: 'GetTask', params: { id: '../../actions' } }, -32001],
    [
      'push notifications',
      { jsonrpc: '2.0', id: 1, method: 'CreateTaskPushNotificationConfig', params: { taskId: 'x', url: 'http://127.0.0.1:1/' } },
      -32003,
    ],
  ])('%s', async (_name, body, code) => {
    const before = (await gateway.agent.app.inject('/api/inquiries')).json().inquiries.length
    const answer = await wire(body)
    expect([answer.status, answer.body.error?.code]).toEqual([200, code])
    expect((await gateway.agent.app.inject('/api/inquiries')).json().inquiries).toHaveLength(before)
  })

  test('an unknown version is refused with -32009, at every method', async () => {
    for (const method of ['SendMessage', 'message/send', 'GetTask']) {
      const answer = await wire({ jsonrpc: '2.0', id: 7, method, params: {} }, { 'a2a-version': '9.9' })
      expect([answer.body.id, answer.body.error.code]).toEqual([7, -32009])
    }
  })

  test('a message without text is a rejected task', async () => {
    const task = await send('')
    expect(task.status?.state).toBe(TaskState.TASK_STATE_REJECTED)
  })

  test('a web page of another origin gets 403', async () => {
    const answer = await gateway.app.inject({
      method: 'POST',
      url: '/a2a',
      payload: '{}',
      headers: { 'content-type': 'application/json', origin: 'http://evil.example' },
    })
    expect(answer.statusCode).toBe(403)
  })
})

test('100 tasks at once all end, each with its own answer', { timeout: 60_000 }, async () => {
  const tasks = await Promise.all(Array.from({ length: 100 }, (_, i) => send(`any problem ${i}?`)))
  expect(new Set(tasks.map(({ id }) => id)).size).toBe(100)
  expect(tasks.map(({ status }) => status?.state)).toEqual(Array(100).fill(TaskState.TASK_STATE_COMPLETED))
  const questions = tasks.map(({ history }) => history[0]?.parts[0]?.content?.value)
  expect(questions).toEqual(Array.from({ length: 100 }, (_, i) => `any problem ${i}?`))
})

test('with a token the card is open and says so, and everything else asks for it', async () => {
  await using guarded = await startGateway({ token: 'sesame' })
  const card = await guarded.app.inject('/.well-known/agent-card.json')
  expect([card.statusCode, Object.keys(card.json().securitySchemes)]).toEqual([200, ['bearer']])
  expect((await guarded.app.inject({ method: 'POST', url: '/a2a', payload: '{}' })).statusCode).toBe(401)
})

test.each([
  ['SubscribeToTask', '1.0', '/a2a'],
  ['tasks/resubscribe', '0.3', '/a2a/k8s_agent'],
])('%s of a task that nobody knows is an error of the protocol, not a stream without an event', async (method, version, path) => {
  const answer = await wire({ jsonrpc: '2.0', id: 7, method, params: { id: 'no-such-task' } }, { 'a2a-version': version }, path)
  expect(answer).toMatchObject({ status: 200, body: { jsonrpc: '2.0', id: 7, error: { code: -32001 } } })
})
