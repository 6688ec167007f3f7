import { mkdtemp, rm } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Incident, IncidentList, IncidentWithTimeline } from '@oncall-lab/on-call-agent/api'
import { startChatServer } from '@oncall-lab/on-call-agent/test-parts/chat-server'
import { startKilledAgent } from '@oncall-lab/on-call-agent/test-parts/killed-agent'
import { ordinary } from '@oncall-lab/on-call-agent/test-parts/ordinary-model'
import { query } from '@oncall-lab/postgres-server/query'
import { startServer } from '@oncall-lab/postgres-server/start-server'
import { createTestDatabase } from '@oncall-lab/postgres-server/test-database'
import type { PhoneConversation } from '@oncall-lab/stand-ins/api'
import { startStandIns } from '@oncall-lab/stand-ins/test-stand-ins'
import { freePort } from '@oncall-lab/test-kit/free-port'
import { startProcess } from '@oncall-lab/test-kit/started-process'
import { findProgram } from '../../src/programs/find-program.ts'
import { startOneAddress } from './one-address.ts'
import { startRealAlertmanager } from './real-alertmanager.ts'
import { startRuleSource } from './rule-source.ts'

interface Options {
  /** 0: one agent on SQLite; else so many on one PostgreSQL. */
  agents?: number
  alertmanagers?: number
  /** The Alertmanagers know each other, and a load balancer stands before the agents. */
  replicas?: boolean
  repeatInterval?: string
}

/** Real Alertmanagers, agents that can be killed, a phone and a scripted model: what the trials with alerts play on. */
export async function startTrialLab({ agents: count = 0, alertmanagers = 1, replicas = false, repeatInterval = '4h' }: Options) {
  // A trial that is cut off leaves nothing behind.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(143))
  const stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'alert-trial-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const { path: program } = await findProgram('alertmanager', {
    searchPath: (process.env.PATH ?? '').split(':'),
    cache: join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'oncall-lab'),
    isRoot: process.getuid?.() === 0,
    say: console.error,
    signal: AbortSignal.timeout(170_000),
  })
  const standIns = stack.use(await startStandIns())
  const model = stack.use(await startChatServer(ordinary()))
  const server = count > 0 ? stack.use(await startServer()) : undefined
  const database = server && stack.use(await createTestDatabase(server.url))
  const running: Awaited<ReturnType<typeof startRealAlertmanager>>[] = []
  const rules = stack.use(await startRuleSource(() => running.map(({ url }) => url)))
  const agents: Awaited<ReturnType<typeof startKilledAgent>>[] = []
  let balancer: { url: string } | undefined
  const address = stack.use(await startOneAddress(() => (balancer ? [balancer] : agents)))
  const gossip = await Promise.all(Array.from({ length: replicas ? alertmanagers : 0 }, freePort))
  for (let i = 0; i < alertmanagers; i += 1) {
    const cluster = [...gossip.slice(i), ...gossip.slice(0, i)]
    const options = { program, folder: join(folder, `alertmanager-${i}`), webhook: address.url, repeatInterval, cluster }
    running.push(stack.use(await startRealAlertmanager(options)))
  }
  const environment = {
    STAND_INS_URL: standIns.url,
    OPENAI_BASE_URL: model.baseURL,
    OPENAI_MODEL: 'scripted',
    AGENT_DB: database?.url ?? join(folder, 'agent.db'),
    ALERTMANAGER_URL: running[0]?.url ?? '',
    PROM_URL: rules.url,
    LB_URL: rules.url,
    PM_URL: rules.url,
    // Only what the trials count is sent.
    ESCALATE_AFTER: '0',
    PAGES_PER_HOUR: '0',
    FLAP_AFTER: '0',
  }
  agents.push(...(await Promise.all(Array.from({ length: Math.max(1, count) }, () => startKilledAgent(environment)))))
  stack.defer(async () => {
    await Promise.all(agents.map((agent) => agent.kill()))
  })
  if (replicas) balancer = stack.use(await startBalancer(agents.map(({ url }) => url)))

  /** The phone shows the newest messages only, so it is read all along. */
  const received = new Map<string, string>()
  const readPhone = async () => {
    const { messages } = (await (await fetch(`${standIns.url}/phone/messages`)).json()) as PhoneConversation
    for (const { sid, direction, body } of messages) if (direction === 'in') received.set(sid, body)
    return received.size
  }
  const read = async <T>(path: string, agent = agents[0]): Promise<T> => (await (await fetch(`${agent?.url}${path}`)).json()) as T
  const incidents = async () => {
    const { incidents: found } = await read<IncidentList>('/api/incidents?limit=1000')
    return await Promise.all(found.map(({ ref }) => read<IncidentWithTimeline>(`/api/incidents/${ref}`)))
  }
  return {
    agents,
    alertmanagers: running,
    rules,
    address,
    readPhone,
    messages: () => [...received.values()],
    incidents,
    /** Of the agents' PostgreSQL. */
    async databaseBytes(): Promise<number> {
      const [row] = await query(database?.url ?? '', 'SELECT pg_database_size(current_database()) AS bytes')
      return Number(row?.bytes)
    },
    /** What each agent answers for a path. */
    fromEach: (path: string) => Promise.all(agents.map((agent) => read<unknown>(path, agent))),
    /** Every investigation has ended, and the phone has been quiet for so long; false after five minutes. */
    async settles(quietMs: number): Promise<boolean> {
      let before = -1
      let changedAt = Date.now()
      for (const end = Date.now() + 300_000; Date.now() < end; await sleep(1_000)) {
        const { incidents: busy } = await read<IncidentList>('/api/incidents?status=investigating&limit=1')
        const messages = await readPhone()
        if (messages !== before) changedAt = Date.now()
        if (busy.length === 0 && Date.now() - changedAt > quietMs) return true
        before = messages
      }
      return false
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

/** The lab's own balancer before the agents, as docker-compose.replicas.yaml has it. */
async function startBalancer(agents: string[]) {
  const port = await freePort()
  const main = join(import.meta.dirname, '../../../load-balancer/src/main.ts')
  const settings = { BACKENDS: agents.join(), PM_URL: 'off', LB_READ_TIMEOUT: '60', LOG_LEVEL: 'error' }
  return startProcess({ main, port, env: { LB_PORT: String(port), ...settings } })
}

export type TrialLab = Awaited<ReturnType<typeof startTrialLab>>

/** Which state of its incident a message on the phone tells; the end, and alerts that join after the page, are told in one line, which is no page. */
function stateOf(body: string): string {
  // A reference of the message and words of the template may follow.
  const joined = /: now (.{1,2000}) too\.(?:\s|$)/s.exec(body)?.[1]
  if (joined !== undefined) return `joined ${joined}`
  if (/ (resolved|the alert ended) after /.test(body)) return 'end'
  return body.includes('So far:') ? 'facts' : 'diagnosis'
}

/** The incident that a message is about. */
const refOf = (body: string): string => /\bI\d+\b/.exec(body)?.[0] ?? ''

/** The incident, and which of its states. */
export const stateOfMessage = (body: string): string => `${refOf(body)} ${stateOf(body)}`

/** How often each state of each incident was told to the person. */
export function tellings(messages: string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const body of messages) {
    const state = stateOfMessage(body)
    counts.set(state, (counts.get(state) ?? 0) + 1)
  }
  return counts
}

/** Every episode by its alert and start, with the incidents that hold it. */
export function episodesOf(incidents: Pick<Incident, 'ref' | 'alerts'>[]): Map<string, { refs: string[]; ended: number }> {
  const found = new Map<string, { refs: string[]; ended: number }>()
  for (const { ref, alerts } of incidents)
    for (const { labels, starts_at, ends_at } of alerts) {
      const key = `${labels.instance} ${new Date(starts_at).toISOString()}`
      const known = found.get(key) ?? { refs: [], ended: 0 }
      found.set(key, { refs: [...known.refs, ref], ended: known.ended + (ends_at === null ? 0 : 1) })
    }
  return found
}
