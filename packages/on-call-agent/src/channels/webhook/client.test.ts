import { createHmac } from 'node:crypto'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { expect, test } from 'vitest'
import { deadAddress, startFaultProxy } from '../../../test-parts/fault-proxy.ts'
import { incidentOf } from '../../../test-parts/look-tools.ts'
import { RECEIVER_FAULTS } from '../../../test-parts/vendor-faults.ts'
import type { OutgoingMessage } from '../channel.ts'
import { createWebhookMessenger } from './client.ts'
import { readWebhookAddress, webhookForm } from './settings.ts'

const secret = 'a-secret-of-many-characters'

/** A receiver that keeps what it is sent. */
async function startReceiver(status = 204, headers: Record<string, string> = {}) {
  const received: { headers: IncomingHttpHeaders; body: string }[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() })
    response.writeHead(status, headers).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
  return { received, url, [Symbol.asyncDispose]: async () => void server.close(() => {}).closeAllConnections() }
}

const message = (to: string, more: Partial<OutgoingMessage> = {}): OutgoingMessage => ({
  to,
  body: '*I1* CRITICAL inventory: 80 % fail',
  reference: '7k2fh',
  repeat: false,
  kind: 'page',
  incident: incidentOf('inventory'),
  ...more,
})

test('a message is JSON whose signature can be checked, and counts as delivered', async () => {
  await using receiver = await startReceiver()
  const accepted = await createWebhookMessenger({ secret }).send(message(`${receiver.url}/pages`))
  expect(accepted).toEqual({ vendorId: 'webhook-7k2fh', delivered: true })
  const [{ headers, body } = { headers: {}, body: '' }] = receiver.received
  const digest = createHmac('sha256', secret).update(`${headers['x-oncall-timestamp']}.${body}`).digest('hex')
  expect(headers['x-oncall-signature']).toBe(`sha256=${digest}`)
  expect(headers['idempotency-key']).toBe('7k2fh')
  expect(JSON.parse(body)).toMatchObject({ id: '7k2fh', kind: 'page', repeat: false, incident: { service: 'inventory' } })
})

test('a receiver of Slack’s kind gets a text and no signature', async () => {
  await using receiver = await startReceiver(200)
  await createWebhookMessenger({ secret }).send(message(`${receiver.url}/pages;form=slack`))
  const [{ headers, body } = { headers: {}, body: '' }] = receiver.received
  expect(JSON.parse(body)).toEqual({ text: '*I1* CRITICAL inventory: 80 % fail' })
  expect(headers['x-oncall-signature']).toBeUndefined()
})

test('a receiver of Slack’s kind shows marks of Slack as they stand, and does not act on them', async () => {
  await using receiver = await startReceiver(200)
  const page = { ...message(`${receiver.url}/pages;form=slack`), body: 'a & b <!channel> <@U1> <hxxps://evil[.]example|click>' }
  await createWebhookMessenger({ secret }).send(page)
  expect(JSON.parse(receiver.received[0]?.body ?? '')).toEqual({
    text: 'a &amp; b &lt;!channel&gt; &lt;@U1&gt; &lt;hxxps://evil[.]example|click&gt;',
  })
})

test.each(RECEIVER_FAULTS)('$name is $claim', async ({ fault, claim, retryAfterMs }) => {
  await using receiver = await startReceiver()
  await using proxy = await startFaultProxy(receiver.url)
  if (fault !== 'refused') proxy.behaviour.fault = () => fault
  const to = fault === 'refused' ? await deadAddress() : proxy.url
  const error = await createWebhookMessenger({ secret, timeoutMs: 700 })
    .send(message(to))
    .then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
  expect(error).toMatchObject({ retryable: claim !== 'final', uncertain: claim === 'uncertain', retryAfterMs })
})

test('a redirect is not followed', async () => {
  await using target = await startReceiver()
  await using receiver = await startReceiver(302, { location: target.url })
  await expect(createWebhookMessenger({ secret }).send(message(receiver.url))).rejects.toMatchObject({ code: '302' })
  expect(target.received).toEqual([])
})

test.each([
  ['https://example.com/hook', 'https://example.com/hook'],
  ['https://example.com/hook ; form=slack', 'https://example.com/hook;form=slack'],
  ['https://hooks.slack.com/services/T/B/x', 'https://hooks.slack.com/services/T/B/x;form=slack'],
  ['http://127.0.0.1:9/hook', 'http://127.0.0.1:9/hook'],
  ['http://example.com/hook', undefined],
  ['https://name:password@example.com/', undefined],
  ['https:', undefined],
  ['ftp://example.com', undefined],
])('%j is the address %j', (text, address) => {
  expect(readWebhookAddress(text, { WEBHOOK_SECRET: secret })).toBe(address)
})

test('without a secret nothing is sent unsigned but to receivers of Slack’s kind, and the refusal says so', () => {
  expect(readWebhookAddress('https://example.com/hook', {})).toBeUndefined()
  expect(readWebhookAddress('https://example.com/hook;form=slack', {})).toBe('https://example.com/hook;form=slack')
  expect(webhookForm({})).toContain('needs WEBHOOK_SECRET')
})
