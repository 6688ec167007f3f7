import { expect, vi } from 'vitest'
import { actingTarget } from '../test-parts/acting-target.ts'
import { POLICY, RESTART, test } from '../test-parts/acting-test.ts'
import { receivedAlert } from '../test-parts/alerts.ts'
import { diagnosis } from '../test-parts/diagnosis.ts'
import { call, calls, FIRST_LOOK, modelThatGives, NOTE, says } from '../test-parts/scripted-model.ts'
import { LIMITS } from './functions/limits.ts'

const kinds = async (store: { incidents: { timeline(id: string): Promise<{ event: { kind: string } }[]> } }, id: string) =>
  (await store.incidents.timeline(id)).map(({ event }) => event.kind).filter((kind) => kind.startsWith('action_'))

test('a proposal is approved on the phone, carried out, verified and told', async ({
  shop,
  store,
  phone,
  writes,
  incident,
  status,
  code,
}) => {
  const id = await incident()
  const digits = await code('A1')
  await vi.waitFor(() => expect(phone.bodies().join()).toContain(`approve ${digits}`), { interval: 5 })
  expect(shop.changes).toEqual([])
  await writes(`approve ${digits}`)
  expect(await status('A1', 'verified')).toMatchObject({
    decided_by: 'whatsapp:+15550100001',
    verification: { sli: 'error_rate', before: 0.4, after: 0, firing: [] },
  })
  expect(shop.changes).toEqual(['POST /restart {"port":8002}'])
  expect((await store.incidents.find(id))?.phase).toBe('verify')
  expect(await kinds(store, id)).toEqual(['action_proposed', 'action_approved', 'action_started', 'action_ran', 'action_verified'])
  await vi.waitFor(() => expect(phone.bodies().at(-1)).toMatch(/A1\* helped/), { interval: 5 })
  expect(phone.bodies().every((body) => body.length <= 600)).toBe(true)
  const readable = (await store.incidents.timeline(id)).filter(({ event }) => event.kind !== 'message_received')
  expect(JSON.stringify(readable)).not.toContain(digits)
})

test('a remedy is proposed also when the investigation has used up all of its calls', async ({ shop, start, fires, store }) => {
  const model = modelThatGives(
    FIRST_LOOK,
    calls(NOTE, call('send', 'send_diagnosis', diagnosis())),
    calls(call('propose', 'propose_action', { reason: 'Only this instance fails.', ...RESTART })),
    says('none'),
  )
  await start(model, { targets: [actingTarget(shop)], actionPolicy: POLICY, limits: { ...LIMITS, calls: 3 } })
  await fires(receivedAlert())
  await vi.waitFor(async () => expect(await store.actions.find('A1')).toMatchObject({ status: 'proposed' }), {
    interval: 5,
    timeout: 8_000,
  })
})

test('a denial with a reason goes back to the model, which proposes something else', async ({
  shop,
  store,
  writes,
  incident,
  status,
  code,
}) => {
  await incident([RESTART, { action: 'drain_instance', arguments: RESTART.arguments }])
  await writes(`deny ${await code('A1')} keep its memory for me`)
  await status('A1', 'denied')
  const second = await code('A2')
  expect(await store.actions.find('A2')).toMatchObject({ action: 'drain_instance', status: 'proposed' })
  await writes(`approve ${second}`)
  await status('A2', 'verified')
  expect(shop.changes).toEqual(['POST /drain {"port":8002,"keep":true}'])
})

test('who writes approve without its code gets the proposal again, and no code stands in the timeline', async ({
  store,
  phone,
  writes,
  incident,
  code,
}) => {
  const id = await incident()
  const digits = await code('A1')
  await writes('approve')
  await vi.waitFor(() => expect(phone.bodies().at(-1)).toMatch(new RegExp(`Proposal \\*A1\\*[\\s\\S]*approve ${digits}`)), { interval: 5 })
  expect((await store.actions.find('A1'))?.status).toBe('proposed')
  expect(JSON.stringify([await store.incidents.timeline(id), await store.transcripts.read(id)])).not.toContain(digits)
})

test('a message that names another action than its code, or one that there is not, decides nothing', async ({
  store,
  phone,
  writes,
  incident,
  status,
  code,
}) => {
  await incident()
  const digits = await code('A1')
  for (const body of [`approve A2 ${digits}`, 'deny A9', `deny A2 ${digits}`, `deny A1 ${digits === '1000' ? '1001' : '1000'}`]) {
    const told = phone.bodies().length
    await writes(body)
    await vi.waitFor(() => expect(phone.bodies().slice(told).join()).toContain('Nothing was done'), { interval: 5 })
    expect([body, (await store.actions.find('A1'))?.status]).toEqual([body, 'proposed'])
  }
  await writes(`approve a1 ${digits}`)
  await status('A1', 'verified')
})

test('silence is no: a proposal expires, and its code is worth nothing afterwards', async ({
  shop,
  phone,
  writes,
  incident,
  status,
  code,
}) => {
  await incident([RESTART], { approveWithinMs: 80 })
  const digits = await code('A1')
  await status('A1', 'expired')
  await writes(`approve ${digits}`)
  await vi.waitFor(() => expect(phone.bodies().at(-1)).toContain('has expired'), { interval: 5 })
  expect(shop.changes).toEqual([])
})

test('a world that has changed makes an approval void', async ({ shop, writes, incident, status, code }) => {
  await incident()
  const digits = await code('A1')
  for (const instance of shop.instances()) if (instance.port !== 8_002) instance.state = 'fatal'
  await writes(`approve ${digits}`)
  expect(await status('A1', 'void')).toMatchObject({ status_reason: expect.stringContaining('No other instance would serve') })
  expect(shop.changes).toEqual([])
})

test('an end of the incident makes its proposals void', async ({ fires, incident, status, code }) => {
  await incident()
  await code('A1')
  await fires(receivedAlert({ status: 'resolved' }))
  await status('A1', 'void')
})

test('what makes it worse is undone and told', async ({ shop, phone, writes, incident, status, code }) => {
  shop.sick.clear()
  shop.elsewhere = 0.1
  shop.onChange = async (path) => {
    if (path === '/drain') shop.elsewhere = 0.9
    if (path === '/undrain') shop.elsewhere = 0.1
  }
  await incident([{ action: 'drain_instance', arguments: RESTART.arguments }])
  await writes(`approve ${await code('A1')}`)
  expect(await status('A1', 'worse')).toMatchObject({ undo: 'done' })
  expect(shop.changes.map((change) => change.split(' ')[1])).toEqual(['/drain', '/undrain'])
  await vi.waitFor(() => expect(phone.bodies().join('\n')).toMatch(/made it worse[\s\S]*was undone/), { interval: 5 })
})

test('what does not help is told as such', async ({ shop, writes, incident, status, code }) => {
  shop.elsewhere = 0.4
  await incident([RESTART, { action: 'drain_instance', arguments: RESTART.arguments }])
  await writes(`approve ${await code('A1')}`)
  await status('A1', 'no_effect')
  expect(shop.changes).toHaveLength(1)
})

test('what is over gets no proposal, and what is good again while an alert fires is no longer auto’s', async ({
  shop,
  store,
  incident,
  status,
}) => {
  shop.sick.clear()
  const id = await incident()
  const refused = await vi.waitUntil(
    async () => (await store.incidents.timeline(id)).find(({ event }) => event.kind === 'action_refused')?.event,
    { interval: 5, timeout: 8_000 },
  )
  expect(refused).toMatchObject({
    reason: 'trouble_over',
    message: expect.stringContaining('40 % of the requests failed at worst, 0 % of the requests failed now'),
  })
  expect(await store.actions.list()).toEqual([])
  expect(status).toBeDefined()
})

test('in mode auto a person is asked where the figures are good again and an alert fires on', async ({ shop, incident, status, phone }) => {
  shop.sick.clear()
  shop.remembers = true
  await incident([RESTART], { mode: 'auto' })
  expect(await status('A1', 'proposed')).toMatchObject({
    permission: 'figures_are_good',
    simulation: expect.stringContaining('The figures are good again'),
  })
  expect(shop.changes).toEqual([])
  await vi.waitFor(() => expect(phone.bodies().some((body) => body.includes('The figures are good again'))).toBe(true))
})

test('a fix whose figure had recovered before it ran is a coincidence', async ({ shop, writes, incident, status, code }) => {
  await incident()
  const digits = await code('A1')
  shop.sick.clear()
  await writes(`approve ${digits}`)
  expect(await status('A1', 'coincidence')).toMatchObject({ status_reason: expect.stringContaining('recovered before') })
})

test('an answer that is lost is not asked for again: the world says that it ran', async ({ shop, writes, incident, status, code }) => {
  shop.onChange = () => Promise.reject(new Error('the answer is lost'))
  await incident()
  await writes(`approve ${await code('A1')}`)
  expect(await status('A1', 'verified')).toMatchObject({ output: expect.stringContaining('read from the world') })
  expect(shop.changes).toHaveLength(1)
})

test('after a restart an action that had started is read from the world, and never run again', async ({
  shop,
  store,
  start,
  stop,
  writes,
  incident,
  status,
  code,
}) => {
  let release = () => {}
  shop.onChange = () => new Promise((resolve) => (release = resolve))
  await incident()
  await writes(`approve ${await code('A1')}`)
  await vi.waitFor(() => expect(shop.changes).toHaveLength(1), { interval: 5 })
  await stop()
  expect((await store.actions.find('A1'))?.status).toBe('started')
  release()
  await start(modelThatGives(says('none')), { targets: [actingTarget(shop)], actionPolicy: POLICY })
  expect(await status('A1', 'verified')).toMatchObject({ output: expect.stringContaining('cut off') })
  expect(shop.changes).toHaveLength(1)
})

test('nothing is proposed in mode off, and nobody can approve in mode propose', async ({
  shop,
  store,
  phone,
  writes,
  incident,
  idle,
  code,
}) => {
  await incident([RESTART], { mode: 'propose' })
  await writes(`approve ${await code('A1')}`)
  await idle()
  await vi.waitFor(() => expect(phone.bodies().at(-1)).toContain('I may only propose'), { interval: 5 })
  expect((await store.actions.find('A1'))?.status).toBe('proposed')
  expect(shop.changes).toEqual([])
})
