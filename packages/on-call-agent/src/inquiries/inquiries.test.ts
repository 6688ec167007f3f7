import { expect, test, vi } from 'vitest'
import { startAgentApp } from '../../test-parts/agent-app.ts'
import { lookTarget, lookTools, withTool } from '../../test-parts/look-tools.ts'
import { call, calls, modelThatGives, says, scriptedModel } from '../../test-parts/scripted-model.ts'
import type { Inquiry } from '../api.ts'
import type { Model } from '../models/model.ts'
import { ModelError } from '../models/model-error.ts'

const LOOK = calls(call('look', 'compute_error_rate'))
const send = (answer: string, quote?: string) =>
  calls(call('end', 'send_answer', { answer, evidence: quote === undefined ? [] : [{ tool_call_id: 'look', quote }] }))

async function ask(model: Model, payload: object = { question: 'any problem?' }, targets = [lookTarget()]): Promise<Inquiry> {
  await using agent = await startAgentApp({ model, targets })
  const asked = await agent.app.inject({ method: 'POST', url: '/api/inquiries', payload })
  expect(asked.statusCode).toBe(202)
  const { id } = asked.json()
  expect(asked.headers.location).toBe(`/api/inquiries/${id}`)
  const read = async () => (await agent.app.inject(`/api/inquiries/${id}`)).json<Inquiry>()
  await vi.waitFor(async () => expect((await read()).status).not.toBe('running'), { timeout: 5_000, interval: 5 })
  expect((await agent.store.incidents.list(10)).length).toBe(0)
  return read()
}

test('a question is answered by looking: answer, quotes that stand, and the looks', async () => {
  const inquiry = await ask(modelThatGives(LOOK, send('80 % of 10 requests/s fail.', '"error_rate":0.8')))
  expect(inquiry).toMatchObject({
    status: 'answered',
    question: 'any problem?',
    answer: '80 % of 10 requests/s fail.',
    evidence: [{ tool_call_id: 'look', quote: '"error_rate":0.8' }],
    steps: [{ tool_call_id: 'look', name: 'compute_error_rate', arguments: '{}', ok: true, summary: expect.stringContaining('80 %') }],
    answered_at: expect.any(String),
  })
})

test('a quote that stands nowhere is left out, and a figure that no result holds is struck out', async () => {
  const inquiry = await ask(modelThatGives(LOOK, send('37 % fail on 10.9.9.9:80.', 'invented')))
  expect(inquiry).toMatchObject({ status: 'answered', answer: '[not seen] fail on [not seen].', evidence: [] })
})

test('words without a call are an answer too', async () => {
  expect(await ask(modelThatGives(LOOK, says('All is well.')))).toMatchObject({ status: 'answered', answer: 'All is well.' })
})

test('nothing that acts is offered or known, and the last answer is offered send_answer alone', async () => {
  const model = modelThatGives(calls(call('act', 'create_jira_ticket', { summary: 'x', description: 'y' })), LOOK)
  const inquiry = await ask(model)
  expect(new Set(model.requests.flatMap(({ offered }) => offered))).toEqual(
    new Set(['fetch_logs', 'compute_error_rate', 'list_instances', 'send_answer']),
  )
  expect(inquiry.steps[0]).toMatchObject({
    name: 'create_jira_ticket',
    ok: false,
    summary: expect.stringContaining('There is no function'),
  })
  expect(model.requests.at(-1)?.offered).toEqual(['send_answer'])
  expect(inquiry).toMatchObject({ status: 'failed', answer: expect.stringContaining('within 6 steps') })
})

test('a model that cannot be used ends in what was seen without it', async () => {
  const broken = scriptedModel(() => Promise.reject(new ModelError('model_refused', 'The model server answered 401')))
  expect(await ask(broken)).toMatchObject({
    status: 'failed',
    answer: expect.stringMatching(/answered 401\. .*80 % of 10\.0 requests\/s failed/),
  })
})

test('a secret in a result reaches neither the model nor the answer', async () => {
  const token = `ghp_${'a1B2'.repeat(9)}`
  const leaky = withTool(lookTools(), 'list_instances', async () => ({ instances: [], load_balancer: { backends: [token] } }))
  const model = scriptedModel(({ transcript }, turn) =>
    turn === 0 ? calls(call('look', 'list_instances')) : send(`It says ${transcript.at(-1)?.content}`),
  )
  const inquiry = await ask(model, { question: 'backends?' }, [lookTarget(leaky)])
  expect(inquiry.answer).toContain('It says')
  expect(JSON.stringify([inquiry, model.requests])).not.toContain(token)
})

test('the name of a target narrows the look to it, and any other name is a service', async () => {
  const services: string[] = []
  const noting = withTool(lookTools(), 'compute_error_rate', async (_args, { incident }) => {
    services.push(incident.service)
    return {}
  })
  const one = lookTarget(noting)
  const two = { ...lookTarget([]), id: 'other' }
  for (const target of ['test', 'payments']) await ask(modelThatGives(LOOK, send('x')), { question: 'x', target }, [one, two])
  expect(services).toEqual(['inventory', 'payments'])
})

test.each([
  [{}, 'question'],
  [{ question: '   ' }, 'question'],
  [{ question: 'x'.repeat(1_001) }, 'question'],
  [{ question: 'x', target: 'a;b' }, 'target'],
  [{ question: 'x', more: 1 }, ''],
])('%j is refused with 400', async (payload, field) => {
  await using agent = await startAgentApp()
  const { statusCode, body } = await agent.app.inject({ method: 'POST', url: '/api/inquiries', payload })
  expect(statusCode).toBe(400)
  expect(body).toContain(field)
})

test('an inquiry that nobody made is 404', async () => {
  await using agent = await startAgentApp()
  expect((await agent.app.inject('/api/inquiries/none')).statusCode).toBe(404)
})

test('a question of a conversation comes with what was asked and answered before in it, and with nothing of another', async () => {
  const model = scriptedModel(({ transcript }) => {
    const said = String(transcript.find(({ role }) => role === 'user')?.content)
    return send(said.includes('"earlier"') ? 'Still broken.' : 'It is broken.')
  })
  await using agent = await startAgentApp({ model })
  const answer = async (question: string, context: string) => {
    const { id } = (await agent.app.inject({ method: 'POST', url: '/api/inquiries', payload: { question, context } })).json()
    const read = async () => (await agent.app.inject(`/api/inquiries/${id}`)).json<Inquiry>()
    await vi.waitFor(async () => expect((await read()).status).toBe('answered'), { timeout: 5_000, interval: 5 })
  }
  await answer('who holds the slots?', 'one')
  await answer('any problem?', 'two')
  await answer('and now?', 'one')
  const asked = model.requests.map(({ transcript }) => String(transcript[1]?.content))
  expect(asked.map((text) => text.includes('"earlier"'))).toEqual([false, false, true])
  expect(JSON.parse(asked[2]?.replace('A person asks:\n', '') ?? '')).toMatchObject({
    earlier: [{ question: 'who holds the slots?', answer: 'It is broken.' }],
    question: 'and now?',
  })
})
