import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { PhoneConversation } from '@oncall-lab/stand-ins/api'
import { startStandIns } from '@oncall-lab/stand-ins/test-stand-ins'
import type { IncidentWithTimeline } from '../src/api.ts'
import { startChatServer } from '../test-parts/chat-server.ts'
import { deadAddress, startFaultProxy } from '../test-parts/fault-proxy.ts'
import { ordinary } from '../test-parts/ordinary-model.ts'

/**
 * Twilio and Jira hold a request for 1 to 14 s before they carry it out, and the agent is killed meanwhile in half of the runs; or Twilio refuses
 * the token for 3 s: `pnpm --filter @oncall-lab/on-call-agent run held-vendor-trial`. Ends with 1 when a page or a ticket is there twice, or not at all.
 */
const HOLDS_MS = [1_000, 4_000, 9_000, 14_000]
const ROUNDS = Number(process.argv[2] ?? 3)
const SIDE_BY_SIDE = Number(process.argv[3] ?? 5)

interface Run {
  vendor: 'twilio' | 'jira'
  holdMs: number
  kill: boolean
  /** Instead of holding: how long the token is refused. */
  refusedMs?: number
}

const RUNS: Run[] = Array.from({ length: ROUNDS }, () => [
  ...HOLDS_MS.flatMap((holdMs) =>
    (['twilio', 'jira'] as const).flatMap((vendor) => [true, false].map((kill) => ({ vendor, holdMs, kill }))),
  ),
  { vendor: 'twilio' as const, holdMs: 0, kill: false, refusedMs: 3_000 },
]).flat()

async function perform({ vendor, holdMs, kill, refusedMs = 0 }: Run): Promise<{ count: number; seconds: number }> {
  await using standIns = await startStandIns()
  await using proxy = await startFaultProxy(standIns.url)
  await using model = await startChatServer(ordinary())
  const folder = await mkdtemp(join(tmpdir(), 'held-vendor-'))
  const began = Date.now()
  const held = Promise.withResolvers<void>()
  let holds = 1
  proxy.behaviour.fault = ({ method, url = '' }) => {
    const isIt = method === 'POST' && (vendor === 'twilio' ? url.endsWith('/Messages.json') : url.endsWith('/rest/api/3/issue'))
    if (!isIt) return { kind: 'passes' }
    if (refusedMs > 0) return Date.now() - began < refusedMs ? { kind: 'answers', status: 401, body: '{"code":20003}' } : { kind: 'passes' }
    if (holds-- <= 0) return { kind: 'passes' }
    held.resolve()
    return { kind: 'held', ms: holdMs }
  }
  const environment = {
    STAND_INS_URL: proxy.url,
    OPENAI_BASE_URL: model.baseURL,
    OPENAI_MODEL: 'scripted',
    AGENT_DB: join(folder, 'agent.db'),
    // Only what the trial counts is sent.
    ESCALATE_AFTER: '0',
    PAGES_PER_HOUR: '0',
    ...Object.fromEntries(
      await Promise.all(['LB_URL', 'PM_URL', 'PROM_URL', 'ALERTMANAGER_URL'].map(async (name) => [name, await deadAddress()])),
    ),
  }
  let agent = await startAgent(environment)
  try {
    await agent.post('/alerts', { version: '4', alerts: [ALERT] })
    if (vendor === 'jira') {
      await agent.until(({ timeline }) => timeline.some(({ event }) => event.kind === 'message_sent'))
      await agent.post('/api/incidents/I1/messages', { body: 'create a ticket' })
    }
    if (refusedMs === 0) await held.promise
    if (kill) {
      await sleep(100 + Math.random() * 600)
      await agent.kill()
      agent = await startAgent(environment)
    }
    await agent.until(({ timeline, ticket }) =>
      vendor === 'jira' ? ticket !== null : timeline.some(({ event }) => event.kind === 'message_sent'),
    )
    // Whatever was held has been carried out by then, and a repetition would have come.
    await sleep(Math.max(0, began + holdMs + 20_000 - Date.now()))
    const { messages, issues } = (await (await fetch(`${standIns.url}/phone/messages`)).json()) as PhoneConversation
    // Whether it is the text or, to somebody who has not written for long, the template.
    const pages = messages.filter(({ direction, body }) => direction === 'in' && /\bheld\b/.test(body) && !body.includes('So far:'))
    return { count: vendor === 'jira' ? issues.length : pages.length, seconds: (Date.now() - began) / 1_000 }
  } finally {
    await agent.kill()
    await rm(folder, { recursive: true, force: true })
  }
}

const ALERT = { status: 'firing', labels: { alertname: 'A', service: 'held', severity: 'critical' }, startsAt: new Date().toISOString() }

async function startAgent(environment: Record<string, string>) {
  const port = new URL(await deadAddress()).port
  const url = `http://127.0.0.1:${port}`
  const env = { ...process.env, ...environment, AGENT_PORT: port, PUBLIC_URL: url, LOG_LEVEL: 'silent', LAB_LEASH: 'stdin' }
  const child: ChildProcess = spawn(process.execPath, [join(import.meta.dirname, '../src/main.ts')], {
    env,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  const ended = once(child, 'exit')
  const isUp = () =>
    fetch(`${url}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    )
  await waitUntil(isUp, 60)
  return {
    async post(path: string, body: object) {
      const reply = await fetch(`${url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      if (!reply.ok) throw new Error(`POST ${path}: ${reply.status} ${await reply.text()}`)
    },
    until: (fits: (incident: IncidentWithTimeline) => boolean) =>
      waitUntil(async () => {
        const reply = await fetch(`${url}/api/incidents/I1`)
        return reply.ok && fits((await reply.json()) as IncidentWithTimeline)
      }, 120),
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

async function waitUntil(holds: () => Promise<boolean>, seconds: number): Promise<void> {
  for (const end = Date.now() + seconds * 1_000; Date.now() < end; await sleep(200)) if (await holds()) return
  throw new Error(`It did not come within ${seconds} s`)
}

const waiting = [...RUNS]
const results: { run: Run; count: number }[] = []
const worker = async () => {
  for (let run = waiting.shift(); run; run = waiting.shift()) {
    const { count, seconds } = await perform(run).catch((error: unknown) => {
      console.error(error)
      return { count: -1, seconds: 0 }
    })
    results.push({ run, count })
    console.log(JSON.stringify({ ...run, count, seconds: Math.round(seconds) }))
  }
}
await Promise.all(Array.from({ length: SIDE_BY_SIDE }, worker))
const twice = results.filter(({ count }) => count > 1).length
const missing = results.filter(({ count }) => count < 1).length
console.log(JSON.stringify({ runs: results.length, twice, missing }))
process.exitCode = twice + missing > 0 ? 1 : 0
