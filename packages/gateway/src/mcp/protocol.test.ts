import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startGateway } from '../../test-parts/running-gateway.ts'

let gateway: Awaited<ReturnType<typeof startGateway>>
let address: URL
beforeAll(async () => {
  gateway = await startGateway()
  address = new URL(`${await gateway.app.listen({ host: '127.0.0.1', port: 0 })}/mcp`)
})
afterAll(async () => {
  // Connections that a client opened beside a hundred others and never used would be waited for.
  gateway.app.server.closeAllConnections()
  await gateway[Symbol.asyncDispose]()
})

const connect = async (options?: ConstructorParameters<typeof Client>[1]) => {
  const client = new Client({ name: 'test', version: '1' }, options)
  await client.connect(new StreamableHTTPClientTransport(address))
  return client
}

/** Sends a body as it is, and returns the status and the JSON of the answer, however it comes. */
async function wire(body: unknown, headers: Record<string, string> = {}) {
  const answer = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  const text = await answer.text()
  const json = answer.headers.get('content-type')?.includes('event-stream') ? (/^data: (.*)$/m.exec(text)?.[1] ?? '') : text
  return { status: answer.status, body: json === '' ? undefined : JSON.parse(json) }
}
const SOON = { timeout: 15_000 }
const request = (method: string, params: object = {}) => ({ jsonrpc: '2.0', id: 7, method, params })

describe('what is malformed is answered as the protocol says', () => {
  test.each<[string, unknown, number, number]>([
    ['no JSON', '{', 400, -32700],
    ['no request', { hello: 1 }, 400, -32600],
    ['an unknown method', request('shell/run'), 200, -32601],
    ['a tool that does not exist', request('tools/call', { name: 'shell', arguments: {} }), 200, -32602],
    ['a resource that does not exist', request('resources/read', { uri: 'file:///etc/passwd' }), 200, -32602],
    ['a prompt that does not exist', request('prompts/get', { name: 'root' }), 200, -32602],
  ])('%s', async (_name, body, status, code) => {
    const answer = await wire(body)
    expect([answer.status, answer.body?.error?.code ?? answer.body]).toEqual([status, code])
  })
})

test('a protocol version that nobody knows is refused in the header, and answered with a known one at the beginning', async () => {
  const answer = await wire(request('tools/list'), { 'mcp-protocol-version': '1999-01-01' })
  expect([answer.status, answer.body.error.code]).toEqual([400, expect.any(Number)])
  const begun = await wire(
    request('initialize', { protocolVersion: '1999-01-01', capabilities: {}, clientInfo: { name: 'x', version: '1' } }),
  )
  expect([begun.status, begun.body.result.protocolVersion]).toEqual([200, expect.stringMatching(/^202\d-\d\d-\d\d$/)])
})

test('100 calls at once of one client are all answered, each with its own', { timeout: 60_000 }, async () => {
  const client = await connect()
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, i) => client.callTool({ name: 'ask', arguments: { question: `any problem ${i}?` } })),
  )
  const questions = answers.map(({ structuredContent }) => (structuredContent as { question?: string } | undefined)?.question)
  expect(questions).toEqual(Array.from({ length: 100 }, (_, i) => `any problem ${i}?`))
  expect(answers.filter(({ isError }) => isError)).toEqual([])
  await client.close()
})

test('a call that a client of the revision 2026-07-28 cancels ends, and the question is cancelled at the agent', async () => {
  const client = await connect({ versionNegotiation: { mode: 'auto' } })
  const inquiries = async () => (await gateway.agent.app.inject('/api/inquiries?limit=1000')).json().inquiries
  const before = (await inquiries()).length
  gateway.hold()
  const ending = new AbortController()
  const asked = client.callTool({ name: 'ask', arguments: { question: 'take your time' } }, { signal: ending.signal })
  await expect.poll(async () => (await inquiries()).length, SOON).toBe(before + 1)
  ending.abort('nobody waits')
  await expect(asked).rejects.toThrow()
  await expect.poll(async () => (await inquiries())[0].status, SOON).toBe('cancelled')
  gateway.release()
  await client.close()
})
