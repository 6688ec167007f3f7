import { expect, test, vi } from 'vitest'
import { startAgentApp } from '../../../test-parts/agent-app.ts'
import { alertGroup, receivedAlert, secondsAgo } from '../../../test-parts/alerts.ts'

type Running = Awaited<ReturnType<typeof startAgentApp>>
const post = async ({ app }: Running, payload: object) => (await app.inject({ method: 'POST', url: '/alerts', payload })).json()

test('what Alertmanager left out of a message is asked of Alertmanager, once each', async () => {
  const asked: object[] = []
  const held = ['a', 'b', 'c'].map((fingerprint) => receivedAlert({ fingerprint }))
  await using running = await startAgentApp({
    alertsOf: async (group) => {
      asked.push(group)
      return held
    },
  })
  const groupLabels = { alertname: 'InventoryErrorBurst' }
  const sent = { ...alertGroup(receivedAlert({ fingerprint: 'a' })), truncatedAlerts: 2, receiver: 'on-call-agent', groupLabels }
  expect(await post(running, sent)).toMatchObject({ accepted: 3, truncated: 2 })
  expect(asked).toEqual([{ receiver: 'on-call-agent', groupLabels }])
  expect((await running.store.incidents.find('I1'))?.alerts.map(({ fingerprint }) => fingerprint)).toEqual(['a', 'b', 'c'])
})

test('when Alertmanager cannot be asked, what it sent is taken', async () => {
  await using running = await startAgentApp({ alertsOf: () => Promise.reject(new Error('unreachable')) })
  expect(await post(running, { ...alertGroup(receivedAlert()), truncatedAlerts: 2 })).toMatchObject({ accepted: 1, truncated: 2 })
})

test('one fingerprint under two services is two alerts: each has its incident, and the end of one leaves the other open', async () => {
  await using running = await startAgentApp()
  const [first, second] = ['first', 'second'].map((service) => receivedAlert({ fingerprint: 'same', service }))
  if (!first || !second) throw new Error('There are two')
  await post(running, alertGroup(first, second))
  await post(running, alertGroup({ ...first, status: 'resolved', endsAt: secondsAgo(0) }))
  const open = (await running.store.incidents.list(10)).map(({ service, resolved_at }) => [service, resolved_at === null])
  expect(open.toSorted()).toEqual([
    ['first', false],
    ['second', true],
  ])
})

test('an alert that comes and goes is paged for its first episodes, then told in one line, in the incident that it had', async () => {
  await using running = await startAgentApp()
  for (let i = 0; i < 8; i += 1) {
    const startsAt = secondsAgo(200 - 10 * i)
    await post(running, alertGroup(receivedAlert({ startsAt })))
    await running.agent.idle()
    await post(running, alertGroup(receivedAlert({ startsAt, status: 'resolved', endsAt: secondsAgo(195 - 10 * i) })))
  }
  expect(await running.store.incidents.list(10)).toHaveLength(3)
  const flaps = () => running.phone.bodies().filter((body) => body.includes('comes and goes'))
  await vi.waitFor(() => expect(flaps()).toHaveLength(1), { timeout: 5_000 })
})
