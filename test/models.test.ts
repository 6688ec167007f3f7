import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { STAND_IN_CREDENTIALS as STAND_IN } from '@oncall-lab/stand-ins/api'
import { freePort } from '@oncall-lab/test-kit/free-port'
import { until } from '@oncall-lab/test-kit/until'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type ChatServer, startChatServer } from './chat-completions-server.ts'
import { type ServiceProcess, startService } from './service-process.ts'

/** Which model the agent uses, seen from outside: the agent and the stand-ins as processes, a foreign model server, the vendors' own API. */

let folder: string
let standIns: ServiceProcess
let rulesModel: ServiceProcess
let agentPort: number
const shared: AsyncDisposable[] = []
const running: AsyncDisposable[] = []

/** The stand-ins and the rules-model serve all tests; each has an agent of its own, on the address that the stand-ins know. */
beforeAll(async () => {
  const [standInsPort, rulesPort] = [await freePort(), await freePort()]
  agentPort = await freePort()
  ;[standIns, rulesModel] = await Promise.all([
    startService('stand-ins', standInsPort, {
      STAND_INS_PORT: String(standInsPort),
      STAND_INS_DB: ':memory:',
      STAND_INS_SMTP_PORT: '0',
      PUBLIC_URL: `http://127.0.0.1:${agentPort}`,
    }),
    startService('rules-model', rulesPort, { RULES_MODEL_PORT: String(rulesPort) }),
  ])
  shared.push(standIns, rulesModel)
})
afterAll(async () => {
  for (const each of shared) await each[Symbol.asyncDispose]()
})

/** What happened before a test. */
let before: { messages: number; requests: number }

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'oncall-lab-'))
  before = { messages: (await messagesToPhone()).length, requests: await countRequests() }
})
afterEach(async () => {
  for (const each of running.splice(0).reverse()) await each[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})

async function startAgent(env: Record<string, string>): Promise<ServiceProcess> {
  const nobody = 'http://127.0.0.1:1'
  const agent = await startService('on-call-agent', agentPort, {
    AGENT_PORT: String(agentPort),
    AGENT_DB: join(folder, 'agent.db'),
    PUBLIC_URL: `http://127.0.0.1:${agentPort}`,
    STAND_INS_URL: standIns.url,
    RULES_MODEL_URL: `${rulesModel.url}/v1`,
    LB_URL: nobody,
    PM_URL: nobody,
    PROM_URL: nobody,
    ALERTMANAGER_URL: nobody,
    ...env,
  })
  running.push(agent)
  return agent
}

async function fireAlert(agent: ServiceProcess): Promise<void> {
  const alert = {
    status: 'firing',
    labels: { alertname: 'InventoryErrorBurst', service: 'inventory', severity: 'critical' },
    startsAt: new Date().toISOString(),
  }
  const reply = await fetch(`${agent.url}/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ version: '4', status: 'firing', alerts: [alert] }),
  })
  expect(reply.status).toBe(200)
}

async function messagesToPhone(): Promise<string[]> {
  const { twilioAccountSid: sid, twilioAuthToken, userWhatsappNumber } = STAND_IN
  const query = new URLSearchParams({ To: userWhatsappNumber })
  const reply = await fetch(`${standIns.url}/twilio/2010-04-01/Accounts/${sid}/Messages.json?${query}`, {
    headers: { authorization: `Basic ${Buffer.from(`${sid}:${twilioAuthToken}`).toString('base64')}` },
  })
  const { messages } = (await reply.json()) as { messages: { body: string }[] } // Twilio's list.
  return messages.map(({ body }) => body)
}

/** Twilio lists the newest first. */
const firstMessage = (seconds: number) =>
  until(
    'a message on the phone',
    async () => {
      const all = await messagesToPhone()
      return all.length > before.messages && all[0]
    },
    seconds,
  )

const rulesModelRequests = async () => (await countRequests()) - before.requests

async function countRequests(): Promise<number> {
  const text = await (await fetch(`${rulesModel.url}/metrics`)).text()
  return [...text.matchAll(/^rules_model_requests_total(?:\{[^}]*\})? (\d+)/gm)].reduce((sum, [, count]) => sum + Number(count), 0)
}

/** A model that concludes that it could not see anything. */
const INCONCLUSIVE = {
  status: 'inconclusive',
  root_cause: 'written by a foreign model',
  confidence: 0.1,
  evidence: [],
  priority: 'high',
  next_steps: ['look at it'],
}

function startForeign(): Promise<ChatServer> {
  return keep(
    startChatServer(({ messages }) => {
      const results = messages.filter(({ role }) => role === 'tool').length
      return results === 0
        ? {
            calls: [
              ['fetch_logs', { seconds: 60, limit: 10 }],
              ['compute_error_rate', {}],
            ],
          }
        : { calls: [['send_diagnosis', INCONCLUSIVE]] } // Without hypotheses: it is asked for them once.
    }),
  )
}

describe('the model', () => {
  it('is whatever server OPENAI_BASE_URL names; without SECOND_READER the rules-model is then asked nothing', async () => {
    const server = await startForeign()
    const env = { OPENAI_BASE_URL: server.baseUrl, OPENAI_API_KEY: 'sk-of-somebody', OPENAI_MODEL: 'foreign-1' }
    const agent = await startAgent({ ...env, SECOND_READER: 'off' })
    await fireAlert(agent)
    expect(await firstMessage(20)).toContain('written by a foreign model')
    expect(server.requests.map(({ model }) => model)).toEqual(['foreign-1', 'foreign-1', 'foreign-1'])
    expect(server.authorizations[0]).toBe('Bearer sk-of-somebody')
    expect(await rulesModelRequests()).toBe(0)
  })

  it('is read again by the rules-model, and the incident says what that makes of it', async () => {
    const server = await startForeign()
    const agent = await startAgent({ OPENAI_BASE_URL: server.baseUrl, OPENAI_API_KEY: 'sk-of-somebody' })
    await fireAlert(agent)
    expect(await firstMessage(20)).toContain('written by a foreign model')
    expect(await rulesModelRequests()).toBeGreaterThan(0)
    const incident = (await (await fetch(`${agent.url}/api/incidents/I1`)).json()) as { second_reading: object }
    // Everything that it could ask is down.
    expect(incident.second_reading).toMatchObject({ reader: 'oncall-rules-1', verdict: 'cannot_tell' })
    const report = await (await fetch(`${agent.url}/api/incidents/I1/export`)).text()
    expect(report).toContain('Second reader (oncall-rules-1) cannot tell')
  })

  it('is the embedded rules-model without any setting', async () => {
    const agent = await startAgent({})
    await fireAlert(agent)
    // Everything that it could ask is down, which is not the same as quiet.
    expect(await firstMessage(30)).toMatch(/Not diagnosed/)
    expect(await rulesModelRequests()).toBeGreaterThan(1)
  })

  it.each([
    ['refuses the key', async () => (await keep(startChatServer(() => ({ status: 401 })))).baseUrl],
    ['is down', async () => 'http://127.0.0.1:1/v1'],
  ])('that %s: a person is paged all the same, and the page says that no AI made it', async (_, baseUrl) => {
    const agent = await startAgent({ OPENAI_BASE_URL: await baseUrl(), OPENAI_API_KEY: 'sk-wrong' })
    await fireAlert(agent)
    const page = await firstMessage(90)
    expect(page).toContain('Made without AI')
    expect(page).toContain('InventoryErrorBurst')
    expect(page).not.toContain('sk-wrong')
  })
})

async function keep(starting: Promise<ChatServer>): Promise<ChatServer> {
  const server = await starting
  running.push(server)
  return server
}
