import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isSigned } from '@oncall-lab/service-kit/signed-headers'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { startAgentApp } from '../../test-parts/agent-app.ts'
import { alertGroup, receivedAlert } from '../../test-parts/alerts.ts'
import { newAction, proposedEvent } from '../../test-parts/new-action.ts'
import type { CloudEvent } from './cloud-event.ts'
import { startNotifier } from './notifier.ts'
import { readReceivers } from './settings.ts'

const secret = 'a-secret-of-many-characters'

type Answer = number | ((event: CloudEvent) => number)

/** A receiver that keeps what it took; `answers` are its statuses in order, the last one for ever. */
async function startReceiver(...answers: Answer[]) {
  const received: CloudEvent[] = []
  const asked: { signed: boolean; type: string | undefined }[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    asked.push({ signed: isSigned(secret, request.headers, body, new Date()), type: request.headers['content-type'] })
    const given = answers[Math.min(asked.length, answers.length) - 1] ?? 204
    const status = typeof given === 'number' ? given : given(JSON.parse(body))
    if (status < 300) received.push(JSON.parse(body))
    response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // It listens on TCP.
  return {
    url: `http://127.0.0.1:${port}/events`,
    received,
    asked,
    [Symbol.asyncDispose]: async () => void server.close().closeAllConnections(),
  }
}

let running: Awaited<ReturnType<typeof startAgentApp>>
beforeEach(async () => {
  running = await startAgentApp()
})
afterEach(() => running[Symbol.asyncDispose]())

const notify = (...receivers: string[]) =>
  startNotifier({
    store: running.store,
    receivers,
    secret,
    source: 'http://127.0.0.1:8087',
    urlOf: ({ ref }) => `http://x/${ref}`,
    onError: () => {},
    retryMs: 5,
  })
const post = (...alerts: Parameters<typeof alertGroup>) =>
  running.app.inject({ method: 'POST', url: '/alerts', payload: alertGroup(...alerts) })

const ALL_FOUR = ['incident.opened', 'incident.diagnosed', 'incident.action_proposed', 'incident.resolved']

test('an incident is told of as it opens, is diagnosed, gets a proposal and ends: signed CloudEvents, each once, in order', async () => {
  await using receiver = await startReceiver()
  const notifier = await notify(receiver.url)
  await post(receivedAlert())
  await post(receivedAlert({ alertname: 'InventoryHighErrorRate' }))
  await running.agent.idle()
  const [incident] = await running.store.incidents.list(1)
  await running.store.actions.propose(newAction(incident?.id ?? ''), proposedEvent)
  await post(receivedAlert({ status: 'resolved' }), receivedAlert({ status: 'resolved', alertname: 'InventoryHighErrorRate' }))
  await vi.waitFor(() => expect(receiver.received).toHaveLength(4), 5_000)
  await notifier.stop()
  expect(receiver.received.map(({ type }) => type)).toEqual(ALL_FOUR)
  expect(receiver.received[0]).toMatchObject({
    specversion: '1.0',
    subject: 'I1',
    source: 'http://127.0.0.1:8087',
    datacontenttype: 'application/json',
  })
  expect(receiver.received[1]?.data).toMatchObject({
    incident: { ref: 'I1', html_url: 'http://x/I1' },
    diagnosis: { root_cause: expect.any(String) },
  })
  expect(new Set(receiver.asked.map(({ signed, type }) => `${signed} ${type}`))).toEqual(
    new Set(['true application/cloudevents+json; charset=utf-8']),
  )
  expect(JSON.stringify(receiver.received)).not.toContain('4821')
})

test('what was not taken is sent again; what was taken is not, also by the next process', async () => {
  await using receiver = await startReceiver(503, 429, 204)
  const first = await notify(receiver.url)
  await post(receivedAlert())
  await vi.waitFor(() => expect(receiver.received.length).toBeGreaterThan(0), 5_000)
  await running.agent.idle()
  await vi.waitFor(() => expect(receiver.received.map(({ type }) => type)).toEqual(['incident.opened', 'incident.diagnosed']), 5_000)
  await first.stop()
  await post(receivedAlert({ status: 'resolved' }))
  const second = await notify(receiver.url)
  await vi.waitFor(() => expect(receiver.received).toHaveLength(3), 5_000)
  await second.stop()
  expect(receiver.received.map(({ type }) => type)).toEqual(['incident.opened', 'incident.diagnosed', 'incident.resolved'])
})

test('each of the four events is taken once though its first attempt fails, and is the same event when it comes again', async () => {
  const before = new Set<string>()
  await using receiver = await startReceiver(({ id }) => {
    const isKnown = before.has(id)
    before.add(id)
    return isKnown ? 204 : 503
  })
  const notifier = await notify(receiver.url)
  await post(receivedAlert())
  await running.agent.idle()
  const [incident] = await running.store.incidents.list(1)
  await running.store.actions.propose(newAction(incident?.id ?? ''), proposedEvent)
  await post(receivedAlert({ status: 'resolved' }))
  await vi.waitFor(() => expect(receiver.received).toHaveLength(4), 5_000)
  await notifier.stop()
  expect(receiver.received.map(({ type }) => type)).toEqual(ALL_FOUR)
  expect(receiver.asked).toHaveLength(8)
  expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(4)
  expect(receiver.asked.every(({ signed }) => signed)).toBe(true)
})

test('a receiver that refuses or redirects holds up nobody else', async () => {
  await using broken = await startReceiver(302)
  await using receiver = await startReceiver()
  const notifier = await notify(broken.url, receiver.url)
  await post(receivedAlert())
  await vi.waitFor(() => expect(receiver.received.length).toBeGreaterThan(0), 5_000)
  await notifier.stop()
  expect(broken.received).toEqual([])
})

test.each([
  ['', undefined],
  [' https://a.example/x , http://127.0.0.1:9/y', ['https://a.example/x', 'http://127.0.0.1:9/y']],
])('NOTIFY_URLS=%s is read', (NOTIFY_URLS, receivers) => {
  expect(readReceivers({ NOTIFY_URLS, NOTIFY_SECRET: secret })?.receivers).toEqual(receivers)
})

test.each(['http://a.example', 'ftp://a.example', 'https://user:pw@a.example', 'nothing'])('NOTIFY_URLS=%s is refused', (NOTIFY_URLS) => {
  expect(() => readReceivers({ NOTIFY_URLS, NOTIFY_SECRET: secret })).toThrow(/NOTIFY_URLS must hold/)
  expect(() => readReceivers({ NOTIFY_URLS: 'https://a.example' })).toThrow(/NOTIFY_SECRET/)
})
