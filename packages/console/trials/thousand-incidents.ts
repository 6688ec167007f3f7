import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../..', import.meta.url))
/** Nothing listens there. */
const NOWHERE = 'http://127.0.0.1:9'
const SERVICES = 25

/** An agent whose database holds so many incidents, and a console before it. */
export interface FilledAgent extends AsyncDisposable {
  /** Its address. */
  console: string
}

/** Fills an agent of its own by webhooks, as Alertmanager would: each incident has an alert, an investigation without a model, and its end. */
export async function fillAgent(count: number, say: (line: string) => void): Promise<FilledAgent> {
  const folder = mkdtempSync(join(tmpdir(), 'thousand-incidents-'))
  const [agentPort, consolePort] = [await freePort(), await freePort()]
  const agent = `http://127.0.0.1:${agentPort}`
  const nowhere = Object.fromEntries(['LB_URL', 'PM_URL', 'PROM_URL', 'ALERTMANAGER_URL', 'STAND_INS_URL'].map((name) => [name, NOWHERE]))
  const children = [
    start('packages/on-call-agent/src/main.ts', {
      ...nowhere,
      AGENT_PORT: `${agentPort}`,
      AGENT_DB: join(folder, 'agent.db'),
      RULES_MODEL_URL: `${NOWHERE}/v1`,
      FLAP_AFTER: '0',
      LOG_LEVEL: 'error',
    }),
    start('packages/console/src/main.ts', { ...nowhere, CONSOLE_PORT: `${consolePort}`, AGENT_URL: agent, LOG_LEVEL: 'error' }),
  ]
  const filled: FilledAgent = {
    console: `http://127.0.0.1:${consolePort}`,
    async [Symbol.asyncDispose]() {
      await Promise.all(children.map(end))
      rmSync(folder, { recursive: true, force: true })
    },
  }
  try {
    await Promise.all([answers(`${agent}/healthz`), answers(`${filled.console}/healthz`)])
    for (let n = 0; n < count; n += SERVICES) {
      const numbers = Array.from({ length: Math.min(SERVICES, count - n) }, (_, i) => n + i)
      // The newest stay open, so that a filter has something to narrow.
      await send(
        agent,
        numbers.map((number) => alertOf(number, 'firing')),
      )
      if (n + SERVICES < count)
        await send(
          agent,
          numbers.map((number) => alertOf(number, 'resolved')),
        )
    }
    await settled(agent)
    say(`${count} incidents are there`)
    return filled
  } catch (error) {
    await filled[Symbol.asyncDispose]()
    throw error
  }
}

function alertOf(number: number, status: 'firing' | 'resolved') {
  const startsAt = new Date(Date.now() - 3_600_000 + number * 1_000).toISOString()
  return {
    status,
    labels: {
      alertname: `Alert${number % 7}`,
      service: `service-${number % SERVICES}`,
      severity: number % 3 === 0 ? 'critical' : 'warning',
      number: `${number}`,
    },
    annotations: { summary: `number ${number}: ${10 + (number % 80)} % of the requests fail` },
    startsAt,
    endsAt: status === 'firing' ? '0001-01-01T00:00:00Z' : new Date(Date.parse(startsAt) + 600).toISOString(),
    fingerprint: number.toString(16).padStart(16, '0'),
    generatorURL: '',
  }
}

async function send(agent: string, alerts: object[]): Promise<void> {
  const answer = await fetch(`${agent}/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ version: '4', alerts }),
  })
  if (!answer.ok) throw new Error(`POST /alerts answered ${answer.status}: ${await answer.text()}`)
}

/** Until no investigation is under way. */
async function settled(agent: string): Promise<void> {
  for (let i = 0; i < 600; i++) {
    const answer = await (await fetch(`${agent}/api/incidents?status=investigating&limit=1`)).json()
    if ((answer as { incidents: unknown[] }).incidents.length === 0) return
    await delay(500)
  }
  throw new Error('the investigations did not end within five minutes')
}

function start(path: string, env: Record<string, string>): ChildProcess {
  return spawn(process.execPath, [join(root, path)], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, HOST: '127.0.0.1', LAB_LEASH: 'stdin', ...env },
    stdio: ['pipe', 'ignore', 'inherit'],
  })
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  await gone
}

async function answers(url: string): Promise<void> {
  for (let i = 0; i < 120; i++) {
    if (
      await fetch(url).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return
    await delay(500)
  }
  throw new Error(`${url} did not answer within a minute`)
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number } // A TCP server's address is no string.
  server.close()
  await once(server, 'close')
  return port
}
