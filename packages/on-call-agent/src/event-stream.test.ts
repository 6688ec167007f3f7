import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { startAgentApp } from '../test-parts/agent-app.ts'
import { receivedAlert } from '../test-parts/alerts.ts'
import type { TimelineEvent } from './api.ts'

let running: Awaited<ReturnType<typeof startAgentApp>>
beforeEach(async () => {
  running = await startAgentApp()
})
afterEach(() => running[Symbol.asyncDispose]())

/** Reads server-sent events until told to stop; the ids and data as they came. */
async function openStream(path: string, headers: Record<string, string> = {}) {
  if (!running.app.server.listening) await running.app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = running.app.server.address() as AddressInfo // Bound to TCP above.
  const ending = new AbortController()
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    headers: { accept: 'text/event-stream', ...headers },
    signal: ending.signal,
  })
  const events: TimelineEvent[] = []
  let buffered = ''
  const reading = (async () => {
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      buffered += chunk
      const frames = buffered.split('\n\n')
      buffered = frames.pop() ?? ''
      for (const frame of frames) {
        const data = /^data: (.*)$/m.exec(frame)?.[1]
        if (data === undefined) continue
        const event: TimelineEvent = JSON.parse(data)
        expect(frame).toContain(`id: ${event.id}`)
        expect(frame).toContain('event: timeline')
        events.push(event)
      }
    }
  })().catch(() => {})
  return { response, events, reading, stop: () => ending.abort() }
}
const add = async (count: number) => {
  const { id = '' } = (await running.store.incidents.list(1))[0] ?? {}
  for (let i = 0; i < count; i += 1) await running.store.incidents.append(id, { kind: 'investigation_started', model: `m${i}` })
}

test.each([
  ['?after', '?after=3', {}],
  ['Last-Event-ID, which wins', '?after=1', { 'last-event-id': '3' }],
])('the event stream goes on after %s, in order, without gap or double, while events are written', async (_title, query, headers) => {
  await running.store.alerts.apply([receivedAlert()])
  await add(1_200)
  const stream = await openStream(`/api/events${query}`, headers)
  for (let i = 0; i < 40; i += 1) {
    await add(5)
    await new Promise((resolve) => setImmediate(resolve))
  }
  const all = Array.from({ length: 1_401 - 3 }, (_, i) => i + 4)
  await vi.waitFor(() => expect(stream.events).toHaveLength(all.length), { timeout: 5_000 })
  expect(stream.events.map(({ id }) => id)).toEqual(all)
  expect(stream.events).toEqual(await running.store.incidents.eventsAfter(3, 5_000))
  stream.stop()
})

test('an event that is stored while the stream looks for more is sent at once, not with the next one', async () => {
  await running.store.alerts.apply([receivedAlert()])
  const { incidents } = running.store
  const looking = Promise.withResolvers<void>()
  const mayAnswer = Promise.withResolvers<void>()
  const lookNow = incidents.eventsAfter.bind(incidents)
  vi.spyOn(incidents, 'eventsAfter').mockImplementationOnce(async (...args) => {
    const found = await lookNow(...args)
    looking.resolve()
    await mayAnswer.promise
    return found
  })
  const stream = await openStream('/api/events')
  await looking.promise
  await add(1)
  mayAnswer.resolve()
  await vi.waitFor(() => expect(stream.events.map(({ id }) => id)).toEqual([2]))
  stream.stop()
})

test('without a place to go on from, the stream begins with what is new', async () => {
  await running.store.alerts.apply([receivedAlert()])
  await add(3)
  const stream = await openStream('/api/events')
  expect(stream.response.headers.get('content-type')).toContain('text/event-stream')
  await add(1)
  await vi.waitFor(() => expect(stream.events.map(({ id }) => id)).toEqual([5]))
  stream.stop()
})

test('the app closes within a second while a stream is open, and the reader sees the end', async () => {
  await running.store.alerts.apply([receivedAlert()])
  const stream = await openStream('/api/events?after=0')
  await vi.waitFor(() => expect(stream.events).toHaveLength(1))
  const started = performance.now()
  await running.app.close()
  await stream.reading
  expect(performance.now() - started).toBeLessThan(1_000)
})

test('a stream that cannot be read from the store ends, so that its reader comes again', async () => {
  await running.store.alerts.apply([receivedAlert()])
  const stream = await openStream('/api/events')
  const { incidents } = running.store
  const { eventsAfter } = incidents
  incidents.eventsAfter = async () => {
    throw new Error('disk I/O error')
  }
  await add(1)
  await stream.reading
  incidents.eventsAfter = eventsAfter
})
