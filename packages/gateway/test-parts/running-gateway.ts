import { Registry } from 'prom-client'
import { Type } from 'typebox'
import { defineTool } from '../../on-call-agent/src/functions/tool.ts'
import { startAgentApp } from '../../on-call-agent/test-parts/agent-app.ts'
import { diagnosis } from '../../on-call-agent/test-parts/diagnosis.ts'
import { lookTarget } from '../../on-call-agent/test-parts/look-tools.ts'
import { call, calls, FIRST_LOOK, NOTE, scriptedModel } from '../../on-call-agent/test-parts/scripted-model.ts'
import { createRemoteAgents } from '../src/a2a/remote-agents.ts'
import { createAgentClient } from '../src/agent-client.ts'
import { buildApp, type GatewayParts } from '../src/app.ts'
import { createCallbacks } from '../src/callbacks/callbacks.ts'
import { readCallbackPolicy } from '../src/callbacks/decide-callback.ts'

export const CALLBACK_SECRET = 'a-secret-for-callbacks'

/** What the database of the tests answers. */
const CHECKED = { database: 'shop', refused: 'sorry, too many clients already' }

/** A target with one function of a database, beside the shop's. */
function databaseTarget(asked: object[]) {
  const checkConnection = defineTool({
    name: 'check_connection',
    description: 'Whether the database lets the agent in.',
    parameters: Type.Object({ database: Type.Optional(Type.String()) }, { additionalProperties: false }),
    async run(args) {
      asked.push(args)
      return CHECKED
    },
    summarise: ({ refused }: typeof CHECKED) => `The database refuses: ${refused}.`,
  })
  return {
    ...lookTarget([checkConnection]),
    id: 'postgres',
    firstLook: [],
    withoutModel: [],
    bundled: () => [{ layer: 'database' as const, name: 'connection', call: { name: 'check_connection', args: {} } }],
  }
}

/** Two machines, of which a bundle can be made. */
const machines = {
  ...lookTarget([]),
  id: 'hosts',
  firstLook: [],
  withoutModel: [],
  bundled: () => [{ layer: 'storage' as const, name: 'disks', source: 'df', read: async () => ({ disks: 1 }) }],
}

/** A model that investigates as asked, and answers an inquiry after one look. */
function model(held: { until: Promise<void> }) {
  return scriptedModel(async ({ transcript, offered, signal }) => {
    await Promise.race([
      held.until,
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true })),
    ])
    const isNew = !transcript.some(({ role }) => role === 'assistant')
    if (!offered.includes('send_answer')) return isNew ? FIRST_LOOK : calls(NOTE, call('send', 'send_diagnosis', diagnosis()))
    const [look = ''] = offered
    if (isNew) return calls(call('look', look, look === 'fetch_logs' ? { seconds: 60, limit: 50 } : {}))
    return calls(call('end', 'send_answer', { answer: 'An outside client holds the slots.', evidence: [] }))
  })
}

/** A gateway before a real agent, which has a store in memory, a scripted model, a shop and a database to look at. */
export async function startGateway(options: Partial<GatewayParts> = {}) {
  const asked: object[] = []
  const held = { until: Promise.resolve(), release() {} }
  const running = await startAgentApp({
    model: model(held),
    targets: [lookTarget(), databaseTarget(asked), machines],
    details: { postgres: 'shop: 127.0.0.1:15432/shop', hosts: 'web-prod-01, web-prod-02' },
  })
  const url = await running.app.listen({ host: '127.0.0.1', port: 0 })
  const agent = createAgentClient({ url, pollMs: 5 })
  const callbacks = createCallbacks({ policy: readCallbackPolicy('loopback'), secret: CALLBACK_SECRET, pausesMs: [10, 20] })
  const app = await buildApp({
    registry: new Registry(),
    agent,
    callbacks,
    remote: createRemoteAgents({ entries: [] }),
    publicUrl: 'http://127.0.0.1:8091',
    logLevel: 'silent',
    ...options,
  })
  return {
    app,
    agent: running,
    url,
    /** From now on the model answers nothing until `release`. */
    hold() {
      const { promise, resolve } = Promise.withResolvers<void>()
      held.until = promise
      held.release = resolve
    },
    release: () => held.release(),
    /** The arguments of each check of the database. */
    asked,
    async post(path: string, body: unknown, headers: Record<string, string> = {}) {
      const payload = typeof body === 'string' ? body : JSON.stringify(body)
      // What `curl -d` sends.
      const sent = { 'content-type': 'application/x-www-form-urlencoded', ...headers }
      const answer = await app.inject({ method: 'POST', url: path, payload, headers: sent })
      return { status: answer.statusCode, body: answer.json() }
    },
    async get(path: string) {
      const answer = await app.inject(path)
      return { status: answer.statusCode, body: answer.json() }
    },
    async [Symbol.asyncDispose]() {
      await app.close()
      await running[Symbol.asyncDispose]()
    },
  }
}
