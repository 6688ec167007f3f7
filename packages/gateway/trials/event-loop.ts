import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { startAgentApp } from '../../on-call-agent/test-parts/agent-app.ts'
import { lookTarget } from '../../on-call-agent/test-parts/look-tools.ts'
import { modelThatGives, says } from '../../on-call-agent/test-parts/scripted-model.ts'
import type { Held } from './held-gateway.ts'

/**
 * How long ten requests at once hold the gateway's event loop: each kind of request with bodies of several shapes, the first time and again. The gateway has a thread of its own; `held` is what one
 * turn of its loop took at most, `CPU` the thread's own time for all ten, which does not depend on what else the machine does.
 * `pnpm --filter @oncall-lab/gateway run event-loop-trial [TEXT]`. Ends with 1 when a turn took more than 100 ms of CPU, the first time of a kind left aside.
 */
const AT_ONCE = 10
const MOST_CPU_MS = 100
const WITHIN_MS = 30_000

const MCP = { accept: 'application/json, text/event-stream', 'mcp-protocol-version': '2025-06-18' }
const mcp = (method: string, params: object) => ({ path: '/mcp', headers: MCP, body: { jsonrpc: '2.0', id: 7, method, params } })
const a2a = (method: string, params: object) => ({
  path: '/a2a',
  headers: { 'a2a-version': '1.0' },
  body: { jsonrpc: '2.0', id: 7, method, params },
})
const message = (text: unknown) => ({ message: { messageId: 'm1', role: 'ROLE_USER', parts: [{ text }], contextId: 'c1' } })
const old = (text: unknown) => ({ kind: 'message', messageId: 'm1', role: 'user', parts: [{ kind: 'text', text }] })

const LONG = 'x'.repeat(200_000)
const MANY = Array.from({ length: 40_000 }, (_, i) => i)
const WIDE = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`k${i}`, i]))
const SHAPES: Record<string, unknown> = {
  usual: 'any problem?',
  'the longest text': 'x'.repeat(60_000),
  'as many keys as are read': Object.fromEntries(Array.from({ length: 950 }, (_, i) => [`k${i}`, i])),
  'a long text': LONG,
  'a long list': MANY,
  'a wide object': WIDE,
}

interface Sent {
  path: string
  headers?: Record<string, string>
  body: unknown
}

const KINDS: Record<string, (value: unknown) => Sent> = {
  'mcp initialize': (value) =>
    mcp('initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: value, version: '1' } }),
  'mcp tools/list': (value) => mcp('tools/list', { cursor: value }),
  'mcp tools/call list_incidents': (value) => mcp('tools/call', { name: 'list_incidents', arguments: { service: value } }),
  'mcp tools/call propose_action': (value) =>
    mcp('tools/call', { name: 'propose_action', arguments: { incident: 'I1', action: 'x', arguments: { value }, reason: 'a trial' } }),
  'mcp completion/complete': (value) =>
    mcp('completion/complete', { ref: { type: 'ref/prompt', name: 'post-mortem' }, argument: { name: 'incident', value } }),
  'mcp unknown': (value) => mcp('no/such', { value }),
  'a2a SendMessage': (value) => a2a('SendMessage', message(value)),
  'a2a ListTasks': (value) => a2a('ListTasks', { contextId: value }),
  'a2a 0.3 message/send': (value) => ({
    path: '/a2a/k8s_agent',
    headers: { 'a2a-version': '0.3' },
    body: { jsonrpc: '2.0', id: 7, method: 'message/send', params: { message: old(value) } },
  }),
  'helpdesk query': (value) => ({ path: '/api/v1/query', body: { agent: 'db_agent', message: value } }),
  chat: (value) => ({ path: '/ask', body: { question: value } }),
  'execution trigger': (value) => ({
    path: '/api/v1/incident/trigger-agent',
    body: { incident_number: 'INC1', short_description: 'x', description: value },
  }),
  'unknown route': (value) => ({ path: '/no/such', body: { value } }),
  'bundle order': (value) => ({ path: '/api/v1/incidents', body: { infra_key: value, layers: value } }),
  card: () => ({ path: '/.well-known/agent-card.json', body: undefined }),
}

const only = process.argv[2] ?? ''
await using running = await startAgentApp({ model: modelThatGives(says('…')), targets: [lookTarget()] })
const agentUrl = await running.app.listen({ host: '127.0.0.1', port: 0 })
const worker = new Worker(new URL('./held-gateway.ts', import.meta.url), { workerData: agentUrl })
const [url] = (await once(worker, 'message')) as [string]

async function measure(): Promise<Held> {
  worker.postMessage('measure')
  const [held] = (await once(worker, 'message')) as [Held]
  return held
}

async function send({ path, headers = {}, body }: Sent): Promise<number> {
  const signal = AbortSignal.timeout(WITHIN_MS)
  const json = { 'content-type': 'application/json', ...headers }
  const answer = await fetch(`${url}${path}`, {
    signal,
    ...(body !== undefined && { method: 'POST', headers: json, body: JSON.stringify(body) }),
  })
  await answer.arrayBuffer()
  return answer.status
}

/** The first of a kind loads what it needs. */
const worst = { first: 0, again: 0 }
console.log('| request | body | answers | held ms | CPU ms of ten | again: held | CPU |\n|---|---|---|---|---|---|---|')
for (const [kind, make] of Object.entries(KINDS)) {
  for (const [shape, value] of Object.entries(SHAPES)) {
    if (!`${kind} ${shape}`.includes(only)) continue
    const rounds: Held[] = []
    const statuses = new Set<number | string>()
    for (let round = 0; round < 2; round += 1) {
      await measure()
      const sent = make(value)
      for (const status of await Promise.all(Array.from({ length: AT_ONCE }, () => send(sent).catch((error: Error) => error.name))))
        statuses.add(status)
      rounds.push(await measure())
    }
    const cells = rounds.map(({ heldMs, cpuMs }) => `${Math.round(heldMs)} | ${Math.round(cpuMs)}`)
    worst.first = Math.max(worst.first, rounds[0]?.heldCpuMs ?? 0)
    worst.again = Math.max(worst.again, rounds[1]?.heldCpuMs ?? 0)
    console.log(`| ${kind} | ${shape} | ${[...statuses].join(', ')} | ${cells.join(' | ')} |`)
  }
}
console.log(`\nthe longest turn took ${Math.round(worst.again)} ms of CPU, ${Math.round(worst.first)} ms the first time`)
await worker.terminate()
process.exitCode = worst.again > MOST_CPU_MS ? 1 : 0
