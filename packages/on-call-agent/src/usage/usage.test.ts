import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { diagnosis } from '../../test-parts/diagnosis.ts'
import { oneRun } from '../../test-parts/one-run.ts'
import { call, calls, FIRST_LOOK, NOTE, scriptedModel } from '../../test-parts/scripted-model.ts'
import { ModelError } from '../models/model-error.ts'
import { readPrices } from './prices.ts'
import { sumOfUsage, usageInWords } from './usage.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'oncall-prices-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const own = (content: unknown) => {
  const path = join(folder, 'prices.json')
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}
const usage = (inputTokens: number, outputTokens: number, cachedTokens = 0) => ({ inputTokens, outputTokens, cachedTokens })

test.each([
  ['gpt-5-mini', usage(1_000_000, 0), 0.25],
  ['gpt-5-mini', usage(0, 1_000_000), 2],
  ['gpt-5-mini-2025-08-07', usage(1_000_000, 1_000_000, 1_000_000), 2.025],
  ['gpt-5-mini', usage(100, 0, 1_000), 0.000_002_5],
  ['oncall-rules-1', usage(5, 5), 0],
  ['llama3.1', usage(5, 5), undefined],
  ['__proto__', usage(5, 5), undefined],
])('%s with %j costs %s dollars', (model, counted, dollars) => {
  const cost = readPrices(undefined)(model, counted)
  if (dollars === undefined) expect(cost).toBeUndefined()
  else expect(cost).toBeCloseTo(dollars, 9)
})

test('prices of one’s own go before, and add models', () => {
  const costOf = readPrices(own({ usd_per_million_tokens: { 'llama3.1': { input: 1, output: 2 }, 'gpt-5-mini': { input: 9, output: 9 } } }))
  expect(costOf('llama3.1', usage(1_000_000, 1_000_000))).toBe(3)
  expect(costOf('gpt-5-mini', usage(1_000_000, 0))).toBe(9)
  expect(costOf('gpt-5', usage(1_000_000, 0))).toBe(1.25)
})

test.each([
  ['no JSON', '{', 'cannot be read as JSON'],
  ['another form', '{"gpt-5":1}', 'usd_per_million_tokens'],
  ['a price below zero', { usd_per_million_tokens: { x: { input: -1, output: 1 } } }, '>= 0'],
])('a price file with %s is refused', (_title, content, message) => {
  expect(() => readPrices(own(content))).toThrow(message)
})

const thinking = (id = 'gpt-5-mini') => {
  const model = scriptedModel(({ transcript }) => ({
    ...(transcript.some(({ role }) => role === 'assistant') ? calls(NOTE, call('send', 'send_diagnosis', diagnosis())) : FIRST_LOOK),
    usage: { inputTokens: 1_000, outputTokens: 100 },
  }))
  return { ...model, id }
}

test('an investigation says what it took: tokens, dollars, calls, bytes, seconds; and so do the metrics', async () => {
  const { timeline, metrics } = await oneRun({ model: thinking(), parts: { costOf: readPrices(undefined) } })
  const events = timeline.flatMap(({ event }) => (event.kind === 'usage' ? [event] : []))
  expect(events).toHaveLength(1)
  expect(events[0]).toMatchObject({ input_tokens: 2_000, output_tokens: 200, cost_usd: 0.0009, calls: 2, function_calls: 3 })
  const { sent_bytes = 0, most_sent_bytes = 0, received_bytes = 0, seconds = -1, model_seconds = -1 } = events[0] ?? {}
  expect(sent_bytes).toBeGreaterThan(most_sent_bytes)
  expect(most_sent_bytes).toBeGreaterThan(2_000)
  expect(received_bytes).toBeGreaterThan(300)
  expect(seconds).toBeGreaterThanOrEqual(model_seconds)
  expect(metrics).toContain('on_call_agent_model_cost_usd_total 0.0009')
  expect(metrics).toContain('on_call_agent_model_requests_total{outcome="answered"} 2')
  expect(metrics).toContain(`on_call_agent_model_bytes_total{direction="sent"} ${sent_bytes}`)
})

test('a request without an answer is counted too, and no price is made up', async () => {
  const dead = scriptedModel(() => {
    throw new ModelError('model_refused', 'The model server answered 401')
  })
  const { timeline } = await oneRun({ model: dead, parts: { costOf: readPrices(undefined) } })
  const event = timeline.find((each) => each.event.kind === 'usage')?.event
  expect(event).toMatchObject({ calls: 1, input_tokens: 0, received_bytes: 0 })
  expect(event).not.toHaveProperty('cost_usd')
})

test('several pieces of work add up; one without a price leaves the sum without', () => {
  const part = { input_tokens: 1, output_tokens: 2, calls: 1, most_sent_bytes: 5 }
  expect(sumOfUsage([])).toBeNull()
  expect(
    sumOfUsage([
      { ...part, cost_usd: 0.1 },
      { ...part, cost_usd: 0.2, most_sent_bytes: 9 },
    ]),
  ).toMatchObject({
    ...{ input_tokens: 2, calls: 2, cost_usd: 0.3, most_sent_bytes: 9 },
  })
  expect(sumOfUsage([{ ...part, cost_usd: 0.1 }, part])).not.toHaveProperty('cost_usd')
  expect(usageInWords({ ...part, cost_usd: 0.0123, function_calls: 4, sent_bytes: 21_400, seconds: 0.8 })).toBe(
    '1 model calls, 1 + 2 tokens ($0.0123), 4 function calls, 21 kB sent, 0.8 s',
  )
})
