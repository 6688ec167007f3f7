import { expect } from 'vitest'
import { PERSON, test } from '../test-parts/agent-test.ts'
import { receivedAlert, secondsAgo } from '../test-parts/alerts.ts'
import { diagnosis } from '../test-parts/diagnosis.ts'
import { ordinary } from '../test-parts/ordinary-model.ts'
import { call, calls, FIRST_LOOK, NOTE, scriptedModel } from '../test-parts/scripted-model.ts'
import { LIMITS } from './functions/limits.ts'

const hanging = () =>
  scriptedModel(({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))))

test('a model that hangs delays no page: the facts are the only page, and one line says how it ended', async ({
  start,
  fires,
  delivered,
  phone,
}) => {
  await start(hanging(), { limits: { ...LIMITS, factsAfterMs: 50, deadlineMs: 400 } })
  await fires(receivedAlert())
  await delivered(1)
  expect(phone.delivered[0]?.body).toContain('Investigating. So far: 80 % of 10.0 requests/s failed')
  await delivered(2)
  expect(phone.delivered[1]?.body).toMatch(/^\*I1\* No diagnosis follows: The model came to no diagnosis within 0\.4 s\.$/)
})

test('a slow model delays no page: the facts go out first, and its diagnosis follows when it comes', async ({
  start,
  fires,
  delivered,
  phone,
}) => {
  const thinking = Promise.withResolvers<void>()
  const quick = ordinary()
  const slow = scriptedModel(async ({ transcript, signal }) => {
    await thinking.promise
    return quick.answer(transcript, [], signal)
  })
  await start(slow, { limits: { ...LIMITS, factsAfterMs: 50 } })
  await fires(receivedAlert())
  await delivered(1)
  expect(phone.delivered[0]?.body).toContain('Investigating. So far:')
  thinking.resolve()
  await delivered(2)
  expect(phone.delivered[1]?.body).toContain(`*Cause:* ${diagnosis().root_cause}`)
})

test('more incidents than may be investigated at once: all their people have the facts meanwhile', async ({
  start,
  fires,
  delivered,
  phone,
}) => {
  await start(hanging(), { limits: { ...LIMITS, factsAfterMs: 50, sideBySide: 1 } })
  await fires(...['a', 'b', 'c', 'd'].map((service) => receivedAlert({ service })))
  await delivered(4)
  for (const { body } of phone.delivered) expect(body).toContain('Investigating.')
})

test('a quick diagnosis is the only page', async ({ start, fires, delivered, phone, idle }) => {
  await start(ordinary(), { limits: { ...LIMITS, factsAfterMs: 300 } })
  await fires(receivedAlert())
  await delivered(1)
  await idle()
  await new Promise((resolve) => setTimeout(resolve, 500))
  expect(phone.delivered).toHaveLength(1)
  expect(phone.delivered[0]?.body).not.toContain('Investigating.')
})

test('an investigation that each start cuts off is given up at the third: a person is paged without the model', async ({
  start,
  stop,
  fires,
  store,
  delivered,
  phone,
}) => {
  for (let i = 0; i < 2; i += 1) {
    const model = hanging()
    await start(model)
    if (i === 0) await fires(receivedAlert())
    await expect.poll(() => model.requests.length).toBe(1)
    await stop()
  }
  const model = ordinary()
  await start(model)
  await delivered(1)
  expect(phone.delivered[0]).toMatchObject({ to: PERSON, body: expect.stringContaining('was cut off 2 times') })
  expect(model.requests).toEqual([])
  expect(await store.incidents.pendingInvestigations()).toEqual([])
})

test('500 calls an answer: 24 are made, each other one is answered, and a person is paged', async ({ start, fires, delivered, store }) => {
  let turn = 0
  const greedy = scriptedModel(() => {
    turn += 1
    return calls(
      ...Array.from({ length: 500 }, (_, i) =>
        call(`t${turn}c${i}`, 'fetch_logs', { seconds: turn * 100 + (i % 90), limit: 1 + Math.floor(i / 90) }),
      ),
    )
  })
  await start(greedy, { limits: { ...LIMITS, steps: 5 } })
  await fires(receivedAlert())
  await delivered(1)
  const events = (await store.incidents.timeline((await store.incidents.find('I1'))?.id ?? '')).map(({ event }) => event)
  const results = events.filter((event) => event.kind === 'tool_result')
  expect(results.filter(({ ok, name }) => ok && name === 'fetch_logs').length).toBeLessThanOrEqual(24 + 1)
  expect(results.filter(({ ok }) => !ok).length).toBeGreaterThan(2_000)
})

test('what the model cost is an event', async ({ start, fires, delivered, store }) => {
  const costly = scriptedModel(({ transcript }) => {
    const begun = transcript.some(({ role }) => role === 'assistant')
    return {
      ...(begun ? calls(NOTE, call('send', 'send_diagnosis', diagnosis())) : FIRST_LOOK),
      usage: { inputTokens: 100, outputTokens: 7 },
    }
  })
  await start(costly)
  await fires(receivedAlert({ startsAt: secondsAgo(5) }))
  await delivered(1)
  const id = (await store.incidents.find('I1'))?.id ?? ''
  const events = (await store.incidents.timeline(id)).map(({ event }) => event)
  const usage = events.find(({ kind }) => kind === 'usage')
  expect(usage).toMatchObject({ input_tokens: 200, output_tokens: 14, calls: 2, function_calls: 3 })
  expect(JSON.stringify(await store.transcripts.read(id))).not.toContain('inputTokens')
})
