import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startGateway } from '../../test-parts/running-gateway.ts'

let gateway: Awaited<ReturnType<typeof startGateway>>
let address: URL
beforeAll(async () => {
  gateway = await startGateway()
  address = new URL(`${await gateway.app.listen({ host: '127.0.0.1', port: 0 })}/mcp`)
  await gateway.post('/trigger-test', '')
})
afterAll(() => gateway[Symbol.asyncDispose]())

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void // Of V8, as with --expose-gc.

const info = { name: 'test', version: '1' }
const TOOLS = ['list_incidents', 'get_incident', 'investigate', 'ask', 'get_logs', 'query_prometheus', 'list_instances', 'propose_action']

async function connect(options?: ConstructorParameters<typeof Client>[1]): Promise<Client> {
  const client = new Client(info, options)
  await client.connect(new StreamableHTTPClientTransport(address))
  return client
}

test.each([
  ['2025-11-25', undefined],
  ['2026-07-28', { versionNegotiation: { mode: 'auto' as const } }],
])('a client of the revision %s lists the tools, reads incidents and asks', async (_revision, options) => {
  const client = await connect(options)
  expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(TOOLS)
  const list = await client.callTool({ name: 'list_incidents', arguments: {} })
  expect(list.structuredContent).toMatchObject({ incidents: [{ ref: 'I1' }] })
  const answer = await client.callTool({ name: 'ask', arguments: { question: 'any problem?' } })
  expect(answer.content).toMatchObject([{ type: 'text', text: expect.stringContaining('An outside client holds the slots.') }])
  const logs = await client.callTool({ name: 'get_logs', arguments: {} })
  expect([logs.isError, logs.structuredContent]).toMatchObject([false, { ok: true, result: { count: 3 } }])
  await client.close()
})

test('a request leaves nothing behind in memory', async () => {
  const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'list_incidents', arguments: {} } }
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    'mcp-protocol-version': '2025-06-18',
  }
  const send = async (times: number) => {
    for (let i = 0; i < times; i += 1) await (await fetch(address, { method: 'POST', headers, body: JSON.stringify(call) })).text()
    collectGarbage()
    return process.memoryUsage().heapUsed
  }
  const before = await send(20)
  expect(((await send(60)) - before) / 60).toBeLessThan(12_000)
})

test('resources and the prompt hold the incident', async () => {
  const client = await connect()
  expect((await client.listResources()).resources.map(({ uri }) => uri)).toContain('incident://I1')
  const [content] = (await client.readResource({ uri: 'incident://I1' })).contents
  expect(JSON.parse(content && 'text' in content ? content.text : '')).toMatchObject({ ref: 'I1', timeline: expect.any(Array) })
  expect((await client.listPrompts()).prompts.map(({ name }) => name)).toEqual(['post-mortem'])
  const { messages } = await client.getPrompt({ name: 'post-mortem', arguments: { incident: 'I1' } })
  expect(messages[0]?.content).toMatchObject({ type: 'text', text: expect.stringContaining('TestAlert') })
  await client.close()
})

test.each<[string, Record<string, unknown>, string]>([
  ['get_incident', { incident: 'I999' }, 'There is no incident'],
  ['get_incident', {}, 'incident'],
  ['get_incident', { incident: '../actions' }, 'incident'],
  ['ask', { question: '' }, 'question'],
  ['ask', { question: 'x', run: 'rm' }, 'additional properties'],
  ['list_incidents', { limit: 'many' }, 'limit'],
  ['query_prometheus', { query: 'up' }, 'There is no function query_prometheus'],
  ['propose_action', { incident: 'I1', action: 'restart_instance', arguments: {}, reason: 'x' }, 'Nothing can be proposed for I1'],
])('%s with %j is an answer that says what is wrong', async (name, args, message) => {
  const client = await connect()
  const answer = await client.callTool({ name, arguments: args })
  expect(answer.isError).toBe(true)
  expect(JSON.stringify(answer.content)).toContain(message)
  await client.close()
})

test('no tool carries anything out: what may change something says so, and no action was made', async () => {
  const client = await connect()
  const { tools } = await client.listTools()
  expect(tools.filter(({ annotations }) => !annotations?.readOnlyHint).map(({ name }) => name)).toEqual(['investigate', 'propose_action'])
  expect(await gateway.agent.store.actions.list({})).toEqual([])
  await client.close()
})

test('a web page of another origin gets 403 at /mcp', async () => {
  const answer = await gateway.post('/mcp', { jsonrpc: '2.0', id: 1, method: 'tools/list' }, { origin: 'http://evil.example' })
  expect(answer.status).toBe(403)
})

test('the same tools answer over standard input and output', async () => {
  const client = new Client(info)
  const main = fileURLToPath(new URL('./stdio.ts', import.meta.url))
  await client.connect(new StdioClientTransport({ command: process.execPath, args: [main], env: { AGENT_URL: gateway.url } }))
  expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(TOOLS)
  const incident = await client.callTool({ name: 'get_incident', arguments: { incident: 'I1' } })
  expect(incident.structuredContent).toMatchObject({ ref: 'I1' })
  await client.close()
})
