import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { incidentOf } from '../../../test-parts/look-tools.ts'
import { startMcpServer } from '../../../test-parts/mcp-server.ts'
import { callTool } from '../../functions/call-tool.ts'
import { LIMITS } from '../../functions/limits.ts'
import type { Target } from '../target.ts'
import { readMcpServers, secretsOfServers } from './settings.ts'
import { mcp } from './target.ts'

const STDIO = { command: process.execPath, args: [join(import.meta.dirname, '../../../test-parts/mcp-server.ts')] }
const incident = incidentOf('inventory')
const { signal } = new AbortController()
let folder: string
let target: Target | undefined
const errors: string[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'oncall-mcp-'))
  errors.length = 0
})
afterEach(async () => {
  await target?.close?.()
  target = undefined
  rmSync(folder, { recursive: true })
})

const file = (servers: unknown) => {
  const path = join(folder, 'servers.json')
  writeFileSync(path, typeof servers === 'string' ? servers : JSON.stringify({ servers }))
  return path
}
async function connect(servers: unknown) {
  const deps = { onError: (what: string) => errors.push(what), remembered: () => expect.unreachable('Nothing is remembered') }
  const connection = mcp.connect({ MCP_SERVERS: file(servers) }, deps)
  if (connection.kind === 'off') return expect.unreachable('It is off')
  target = connection.port
  await expect
    .poll(async () => (await target?.covers(incident, signal)) && target?.sees, { timeout: 10_000 })
    .toMatch(/functions, |cannot be/)
  return { port: connection.port, about: connection.about }
}
const names = (port: Target) => port.functions.map(({ name }) => name)
const call = (port: Target, name: string, args: object = {}) =>
  callTool(
    [...port.functions],
    { id: 'c', type: 'function', function: { name, arguments: JSON.stringify(args) } },
    { incident, limits: LIMITS, signal },
  )

describe('an MCP server over HTTP', () => {
  test('offers what it marks as read-only, under its name; nothing of what it says is an instruction of ours', async () => {
    await using server = await startMcpServer()
    const { port, about } = await connect({ runbooks: { url: server.url } })
    expect(names(port)).toEqual(['search', 'whole_page', 'picture', 'broken', 'hang', 'surroundings'].map((name) => `runbooks__${name}`))
    expect(port.actions).toEqual([])
    expect(about.detail).toBe('runbooks: 6 functions, 0 actions, 1 left out')
    expect(port.functions[0]?.description).toMatch(/^Of the MCP server runbooks: search of the runbooks\. Ignore/)
  })

  test('offers only listed functions where there is a list, and acts only by a proposal', async () => {
    await using server = await startMcpServer()
    const { port } = await connect({
      runbooks: { url: server.url, functions: ['search', 'restart_job'], actions: { restart_job: 'medium' } },
    })
    expect(names(port)).toEqual(['runbooks__search'])
    expect(port.actions).toMatchObject([{ name: 'runbooks__restart_job', level: 'medium' }])
    const [action] = port.actions ?? []
    expect(await action?.check({ q: 'a' }, { incident, signal })).toMatchObject({ kind: 'ok' })
    expect(server.calls).toEqual([])
    expect(await action?.run({ q: 'a' }, { incident, signal })).toBe('restarted')
    expect(server.calls).toEqual([['restart_job', { q: 'a' }]])
    await expect(action?.readOutcome({}, {}, { incident, signal })).rejects.toMatchObject({ code: 'not_readable' })
  })

  test('answers with data, redacted and cut to size, or says what failed', async () => {
    await using server = await startMcpServer()
    const { port } = await connect({ runbooks: { url: server.url, timeout_seconds: 1, result_characters: 1_000 } })
    const found = await call(port, 'runbooks__search', { q: 'slow' })
    expect(JSON.parse(found.result)).toEqual({
      ...{ ok: true, complete: true, truncated: false },
      data: { pages: [{ title: 'Checkout is slow', password: '[redacted]' }] },
    })
    expect(server.calls[0]).toEqual(['search', { q: 'slow' }])
    const page = JSON.parse((await call(port, 'runbooks__whole_page')).result)
    expect([page.truncated, page.complete, page.text.length]).toEqual([true, false, 1_000])
    expect(JSON.parse((await call(port, 'runbooks__picture')).result)).toMatchObject({ complete: false, left_out: ['image'] })
    expect(await call(port, 'runbooks__broken')).toMatchObject({ ok: false, result: expect.stringContaining('no such page') })
    expect(await call(port, 'runbooks__search', { q: 7 })).toMatchObject({ ok: true })
    const hung = await call(port, 'runbooks__hang')
    expect(hung).toMatchObject({ ok: false, result: expect.stringContaining('upstream_timeout') })
    expect(await call(port, 'runbooks__search')).toMatchObject({ ok: true })
  })

  test('is shown its token, which is one of our secrets', async () => {
    await using server = await startMcpServer({ token: 'the-token-of-the-runbooks' })
    writeFileSync(join(folder, 'token'), 'the-token-of-the-runbooks\n')
    const entry = { runbooks: { url: server.url, token: { file: join(folder, 'token') } } }
    const { port } = await connect(entry)
    expect(names(port)).toHaveLength(6)
    expect(secretsOfServers(readMcpServers(file(entry)))).toEqual(['the-token-of-the-runbooks'])
    expect(mcp.secrets?.({ MCP_SERVERS: file(entry) })).toEqual(['the-token-of-the-runbooks'])
  })

  test('is named and done without while it is away, and is there again when it is back', async () => {
    const server = await startMcpServer()
    const others = await startMcpServer()
    const { port, about } = await connect({ runbooks: { url: server.url }, wiki: { url: others.url, functions: ['search'] } })
    await server[Symbol.asyncDispose]()
    expect(await call(port, 'runbooks__search')).toMatchObject({ ok: false })
    await port.covers(incident, signal)
    expect(port.sees).toContain('runbooks cannot be reached now')
    expect(about.detail).toBe('runbooks cannot be reached now; wiki: 1 functions, 0 actions, 6 left out')
    expect(names(port)).toEqual(['wiki__search'])
    expect(errors).toEqual(['the MCP server runbooks'])
    await others[Symbol.asyncDispose]()
  })
})

describe('an MCP server that is started here', () => {
  test('gets PATH and what the file gives it, and nothing else of the environment', { timeout: 20_000 }, async () => {
    process.env.ONCALL_TEST_SECRET = 'not-for-strangers'
    const { port } = await connect({ local: { ...STDIO, env: { ITS_OWN: 'yes' } } })
    const { result } = await call(port, 'local__surroundings')
    expect(result).toContain('ITS_OWN')
    expect(result).not.toMatch(/not-for-strangers|ONCALL_TEST_SECRET/)
    delete process.env.ONCALL_TEST_SECRET
  })

  test('that cannot be started is named', async () => {
    const { port } = await connect({ local: { command: '/no/such/program' } })
    expect(port.sees).toContain('local cannot be reached now')
    expect(port.functions).toEqual([])
  })
})

test.each<[string, unknown, string]>([
  ['no JSON', '{', 'cannot be read as JSON'],
  ['no servers', '[]', 'must hold'],
  ['a name with capital letters', { Runbooks: { url: 'http://a/mcp' } }, 'must be named with lower-case letters'],
  ['neither an address nor a program', { a: {} }, 'must have either url or command'],
  ['both', { a: { url: 'http://a/mcp', command: 'x' } }, 'must have either url or command'],
  ['another protocol', { a: { url: 'ftp://a' } }, 'servers.a url'],
  ['a member that nobody knows', { a: { url: 'http://a/mcp', trusted: true } }, 'servers.a'],
  ['a level that nobody knows', { a: { url: 'http://a/mcp', actions: { x: 'harmless' } } }, 'servers.a actions'],
  ['a token that cannot be read', { a: { url: 'http://a/mcp', token: { file: '/no/such/file' } } }, 'cannot be read'],
])('a file with %s is refused with its place', (_title, servers, message) => {
  expect(() => readMcpServers(file(servers))).toThrow(message)
})
