import { LabError } from '@oncall-lab/service-kit/errors'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { receivedAlert } from '../../test-parts/alerts.ts'
import { diagnosis } from '../../test-parts/diagnosis.ts'
import { logEntry, lookTarget, lookTools, withTool } from '../../test-parts/look-tools.ts'
import { recordingMessenger } from '../../test-parts/recording-messenger.ts'
import { brokenOrder, call, calls, FIRST_LOOK, modelThatGives, NOTE, says, scriptedModel } from '../../test-parts/scripted-model.ts'
import { LIMITS } from '../functions/limits.ts'
import type { Tool } from '../functions/tool.ts'
import type { Model } from '../models/model.ts'
import { ModelError } from '../models/model-error.ts'
import type { Store } from '../store/ports.ts'
import { createSqliteStore } from '../store/sqlite/sqlite-store.ts'
import { notSeen } from '../targets/target.ts'
import { conductInvestigation } from './investigator.ts'

const PERSON = 'whatsapp:+15550100001'
let store: Store
let outcomes: string[]
beforeEach(async () => {
  store = createSqliteStore(':memory:')
  await store.alerts.apply([receivedAlert()])
  outcomes = []
})
afterEach(() => store[Symbol.asyncDispose]())

const id = async () => (await store.incidents.find('I1'))?.id ?? ''
async function conduct(model: Model, tools: Tool[] = lookTools(), limits = LIMITS): Promise<string> {
  const parts = {
    store,
    model,
    limits,
    targets: [lookTarget(tools)],
    personOnCall: PERSON,
    render: recordingMessenger().render,
    onToolCall: () => {},
    onOutcome: (outcome: string) => outcomes.push(outcome),
  }
  await conductInvestigation(parts, await id(), new AbortController().signal)
  const [page, ...more] = await store.outbox.list(['pending', 'sending', 'unknown'])
  expect(more).toEqual([])
  expect(page?.recipient).toBe(PERSON)
  expect(await store.incidents.pendingInvestigations()).toEqual([])
  expect(brokenOrder(await store.transcripts.read(await id()))).toBeUndefined()
  return page?.body ?? ''
}
const broken = scriptedModel(() => Promise.reject(new ModelError('model_refused', 'The model server answered 401')))

test("a model's diagnosis is the page, and its call is answered as accepted", async () => {
  const page = await conduct(modelThatGives(FIRST_LOOK, calls(NOTE, call('s', 'send_diagnosis', diagnosis()))))
  expect(page).toContain(diagnosis().root_cause)
  expect(page).not.toContain('without AI')
  expect(await store.incidents.find('I1')).toMatchObject({ status: 'diagnosed', diagnosis: diagnosis() })
  expect((await store.transcripts.read(await id())).at(-1)).toEqual({
    role: 'tool',
    tool_call_id: 's',
    content: expect.stringMatching(/^\{"accepted":true,"next":"If one of the actions/),
  })
  expect(outcomes).toEqual(['diagnosed'])
})

test('a second diagnosis in the same answer leaves no call open', async () => {
  await conduct(modelThatGives(FIRST_LOOK, calls(NOTE, call('s', 'send_diagnosis', diagnosis()), call('t', 'send_diagnosis', diagnosis()))))
})

test('without a usable model a person is paged all the same: made without AI, with why and with the facts', async () => {
  const page = await conduct(broken)
  expect(page).toContain('*Made without AI:*')
  expect(page).toContain('The model server answered 401')
  expect(page).toContain('80 % of 10.0 requests/s failed in the last minute.')
  expect(page).toContain("3 errors were logged in 60 s, most often (2): Cannot read properties of undefined (reading 'discount').")
  expect(page).toContain('0 of 0 instances run.')
  expect(await store.incidents.find('I1')).toMatchObject({ status: 'inconclusive', diagnosis: { status: 'inconclusive', confidence: 0 } })
  expect((await store.incidents.timeline(await id())).map(({ event }) => event.kind)).toContain('investigation_failed')
  expect(outcomes).toEqual(['model_refused'])
})

test('a function that fails without a model is told as failed, never as zero or as no errors', async () => {
  const fails = async () => {
    throw new LabError('Prometheus cannot be reached', { code: 'upstream_unreachable', status: 502 })
  }
  const page = await conduct(broken, withTool(withTool(lookTools(), 'compute_error_rate', fails), 'fetch_logs', fails))
  expect(page).toContain('compute_error_rate failed')
  expect(page).toContain('fetch_logs failed')
  expect(page).toContain('Prometheus cannot be reached')
  expect(page).not.toMatch(/No error was logged|No request came|0 %/)
})

test('functions that are missing do not keep the page back', async () => {
  expect(await conduct(broken, [])).toContain('fetch_logs failed')
})

test('a function whose result is odd does not keep the page back', async () => {
  const odd = async () => ({ entries: 'none', password: 'abcdef', key: '-----BEGIN PRIVATE KEY-----', end: '-----END PRIVATE KEY-----' })
  expect(await conduct(broken, withTool(lookTools(), 'fetch_logs', odd))).toContain('fetch_logs returned something unknown')
})

test('a very long or broken log line does not keep the page back', async () => {
  const entries = [logEntry({ message: `${'😀'.repeat(2_000)}` })]
  const page = await conduct(
    broken,
    withTool(lookTools(), 'fetch_logs', async () => ({ window_seconds: 60, count: 1, entries })),
  )
  expect(page.isWellFormed()).toBe(true)
  expect(page).toContain('*Made without AI:*')
})

test('a model and functions that all hang, whatever their signal says, still give a page within the limits', async () => {
  const started = performance.now()
  const hang = () => new Promise<object>(() => {})
  const tools = lookTools().map((tool) => ({ ...tool, run: hang }))
  const model = scriptedModel(({ signal }, turn) =>
    turn === 0 ? FIRST_LOOK : new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  )
  const page = await conduct(model, tools, { ...LIMITS, deadlineMs: 300, toolMs: 200 })
  expect(page).toContain('*Made without AI:*')
  expect(performance.now() - started).toBeLessThan(2_000)
})

test('the deadline counts while a function hangs', async () => {
  const started = performance.now()
  const tools = withTool(lookTools(), 'fetch_logs', (args) =>
    JSON.stringify(args).includes('"seconds":60') ? new Promise(() => {}) : Promise.resolve({}),
  )
  expect(await conduct(modelThatGives(FIRST_LOOK), tools, { ...LIMITS, deadlineMs: 100, toolMs: 20_000 })).toContain('*Made without AI:*')
  expect(performance.now() - started).toBeLessThan(5_000)
})

test('a mistake of our own in the investigation is a page too', async () => {
  const page = await conduct(
    scriptedModel(() => {
      throw new TypeError('cannot read x of undefined')
    }),
  )
  expect(page).toContain('cannot read x of undefined')
  expect(outcomes).toEqual(['internal_error'])
})

test('a model that only talks is a page without AI', async () => {
  expect(await conduct(modelThatGives(says('hm')), lookTools(), { ...LIMITS, steps: 3 })).toContain('no diagnosis within 3 answers')
})

test('the page is about the incident as it is at the end', async () => {
  const model = scriptedModel(async (_request, turn) => {
    if (turn === 1) await store.alerts.apply([receivedAlert({ alertname: 'InventoryHighErrorRate' })])
    return turn === 0 ? FIRST_LOOK : calls(call('s', 'send_diagnosis', diagnosis()))
  })
  expect(await conduct(model)).toContain('(+1 more: InventoryHighErrorRate)')
})

test('an alert of a service that no target sees: one page that says so, with the alert and without a reading, and the model is not asked', async () => {
  const model = modelThatGives(FIRST_LOOK)
  const tools = lookTools().map((tool) => ({
    ...tool,
    run: () => Promise.reject(notSeen('payments', 'Prometheus has no series with job="payments"')),
  }))
  await store.alerts.apply([receivedAlert({ service: 'payments', summary: 'payments refuses cards' })])
  const parts = {
    store,
    model,
    limits: LIMITS,
    personOnCall: PERSON,
    render: recordingMessenger().render,
    onToolCall: () => {},
    onOutcome: (outcome: string) => outcomes.push(outcome),
  }
  const targets = [{ ...lookTarget(tools), covers: async () => false }]
  const payments = await store.incidents.find('I2')
  await conductInvestigation({ ...parts, targets }, payments?.id ?? '', new AbortController().signal)
  const [page] = await store.outbox.list(['pending'])
  expect(page?.body).toContain('No target can see payments (Prometheus has no series with job="payments"). Its alert is all that is known.')
  expect(page?.body.match(/nothing of|can see/gi)).toHaveLength(1)
  expect(page?.body.match(/payments refuses cards/g)).toHaveLength(1)
  expect(page?.body).not.toMatch(/inventory|\d ?%|requests/)
  expect(model.requests).toEqual([])
  expect(outcomes).toEqual(['out_of_sight'])
  expect((await store.incidents.find('I2'))?.diagnosis).toMatchObject({
    cause: 'out_of_sight',
    component: 'payments',
    evidence: [{ tool_call_id: 'alert', quote: 'payments refuses cards' }],
  })
})
