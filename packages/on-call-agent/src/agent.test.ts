import { expect } from 'vitest'
import { PERSON, test } from '../test-parts/agent-test.ts'
import { receivedAlert } from '../test-parts/alerts.ts'
import { diagnosis } from '../test-parts/diagnosis.ts'
import { FILE_TICKET, ordinary } from '../test-parts/ordinary-model.ts'
import { brokenOrder, call, calls, FIRST_LOOK, scriptedModel } from '../test-parts/scripted-model.ts'

test('from an alert to a page, a reply, a ticket and the end', async ({ store, phone, jira, errors, start, fires, writes, delivered }) => {
  const model = ordinary()
  await start(model)
  expect(await fires(receivedAlert())).toMatchObject([{ effect: 'opened' }])
  await delivered(1)
  expect(phone.delivered[0]).toMatchObject({ to: PERSON, body: expect.stringContaining(diagnosis().root_cause) })
  await writes('create a ticket and assign to Ravi')
  await delivered(2)
  expect(jira.issues).toMatchObject([{ summary: 'Prices fail', assignee: 'Ravi Kumar', priority: 'high' }])
  expect(phone.bodies()[1]).toContain('OPS-1')
  await fires(receivedAlert({ status: 'resolved' }))
  expect(await store.incidents.find('I1')).toMatchObject({ status: 'resolved', ticket: { key: 'OPS-1', assignee: 'Ravi Kumar' } })
  expect(model.requests.map(({ transcript }) => brokenOrder(transcript)).filter(Boolean)).toEqual([])
  expect(errors).toEqual([])
})

test('a storm of alerts of one service is one investigation and one page', async ({ store, start, idle, fires, delivered }) => {
  const model = ordinary()
  await start(model)
  const storm = Array.from({ length: 50 }, (_, i) => receivedAlert({ alertname: `Alert${i}` }))
  await fires(...storm)
  for (const alert of storm) fires(alert, alert)
  await delivered(1)
  await idle()
  expect(model.requests).toHaveLength(2)
  expect(await store.incidents.list(10)).toHaveLength(1)
  expect(await store.outbox.list(['pending', 'sending', 'unknown'])).toEqual([])
})

test('a resolved alert starts nothing, whether its firing is known or not', async ({ store, start, idle, fires }) => {
  const model = ordinary()
  await start(model)
  await fires(receivedAlert({ status: 'resolved' }))
  await fires(receivedAlert())
  await idle()
  expect(model.requests).toEqual([])
  expect(await store.incidents.list(10)).toEqual([])
})

test('an alert is answered before anything is investigated', async ({ store, start, fires }) => {
  const model = ordinary()
  await start(model)
  await fires(receivedAlert())
  expect(model.requests).toEqual([])
  expect((await store.incidents.list(1))[0]?.status).toBe('investigating')
})

test('an alert that comes while its service is investigated joins, and is on the page', async ({
  store,
  phone,
  start,
  fires,
  delivered,
}) => {
  const model = scriptedModel(async (_request, turn) => {
    if (turn === 0) expect(await fires(receivedAlert({ alertname: 'InventoryHighErrorRate' }))).toMatchObject([{ effect: 'joined' }])
    return turn === 0 ? FIRST_LOOK : calls(call('send', 'send_diagnosis', diagnosis()))
  })
  await start(model)
  await fires(receivedAlert())
  await delivered(1)
  expect(phone.bodies()[0]).toContain('InventoryHighErrorRate')
  expect(await store.incidents.list(10)).toHaveLength(1)
})

test('two incidents are worked on side by side, each in its order', async ({ phone, start, fires, delivered }) => {
  let release = () => {}
  const held = new Promise<void>((resolve) => (release = resolve))
  const model = ordinary()
  await start(
    scriptedModel(async (request) => {
      if (request.transcript[1]?.content?.includes('Incident I1')) await held
      return model.answer(request.transcript, [], request.signal)
    }),
  )
  await fires(receivedAlert(), receivedAlert({ service: 'other' }))
  await delivered(1)
  expect(phone.bodies()[0]).toContain('*I2*')
  release()
  await delivered(2)
})

test('a model that wants a ticket during the investigation gets unknown_function, whatever a log line told it', async ({
  jira,
  start,
  fires,
  delivered,
}) => {
  const model = scriptedModel((_request, turn) => {
    if (turn === 0) return FIRST_LOOK
    return turn === 1 ? FILE_TICKET : calls(call('send', 'send_diagnosis', diagnosis()))
  })
  await start(model)
  await fires(receivedAlert())
  await delivered(1)
  expect(jira.issues).toEqual([])
  expect(model.requests.every(({ offered }) => !offered.includes('create_jira_ticket'))).toBe(true)
  expect(model.requests[2]?.transcript.at(-1)?.content).toContain('unknown_function')
})
