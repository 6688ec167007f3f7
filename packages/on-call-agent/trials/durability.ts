import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startServer } from '@oncall-lab/postgres-server/start-server'
import { createTestDatabase } from '@oncall-lab/postgres-server/test-database'
import type { PhoneConversation } from '@oncall-lab/stand-ins/api'
import { startStandIns } from '@oncall-lab/stand-ins/test-stand-ins'
import type { Incident, IncidentList } from '../src/api.ts'
import { createPostgresStore } from '../src/store/postgres/postgres-store.ts'
import { createSqliteStore } from '../src/store/sqlite/sqlite-store.ts'
import { startChatServer } from '../test-parts/chat-server.ts'
import { deadAddress } from '../test-parts/fault-proxy.ts'
import { startKilledAgent } from '../test-parts/killed-agent.ts'
import { ordinary } from '../test-parts/ordinary-model.ts'

/**
 * 300 services whose alerts come in every order that webhooks come in, from 8 senders, to an agent that is killed 40 times, 0 to 1.3 s after it was
 * ready: `pnpm --filter @oncall-lab/on-call-agent run durability-trial [services] [kills] [agents]`. With a number of agents these share one
 * PostgreSQL server, each sender speaks to one after the other, and a random one is killed each time; else it is one agent on SQLite. Ends with 1 when an episode is lost, an incident is
 * there twice or was opened by an end, or a page came twice.
 */
const SERVICES = Number(process.argv[2] ?? 300)
const KILLS = Number(process.argv[3] ?? 40)
/** 0: one agent on SQLite. */
const AGENTS = Number(process.argv[4] ?? 0)
const SENDERS = 8
/** A message whose answer was lost is asked for during half a minute before it is sent again. */
const QUIET_MS = 50_000
/** A firing that comes later than a minute after its end counts as a new one, by the rules: on a slow machine such a service says nothing. */
const LATE_MS = 50_000
const tooLate = new Set<number>()

type Step = { status: 'firing' | 'resolved'; episode: 0 | 1 }
const firing: Step = { status: 'firing', episode: 0 }
const resolved: Step = { status: 'resolved', episode: 0 }
const again: Step = { status: 'firing', episode: 1 }

/** What is sent, and how many incidents must be there. */
const COURSES: Record<string, { steps: Step[]; incidents: number }> = {
  normal: { steps: [firing, resolved], incidents: 1 },
  'firing only': { steps: [firing], incidents: 1 },
  'resolved first': { steps: [resolved, firing], incidents: 0 },
  'second episode': { steps: [firing, resolved, again], incidents: 2 },
  repeats: { steps: [firing, firing, firing, resolved], incidents: 1 },
  'late firing': { steps: [firing, resolved, firing], incidents: 1 },
}
const names = Object.keys(COURSES)
const courseOf = (service: number) => COURSES[names[service % names.length] ?? ''] ?? { steps: [], incidents: 0 }
const alertsOf = (service: number) => 1 + (Math.floor(service / names.length) % 4)

const began = Date.now()
const startOf = ({ episode }: Step) => new Date(began - 60_000 + episode * 30_000).toISOString()

const messageOf = (service: number, step: Step) => ({
  version: '4',
  alerts: Array.from({ length: alertsOf(service) }, (_, i) => ({
    status: step.status,
    labels: { alertname: 'Durable', service: `s${service}`, severity: 'critical', instance: `i${i}` },
    annotations: { summary: 'a trial' },
    startsAt: startOf(step),
    endsAt: step.status === 'resolved' ? new Date(began - 40_000).toISOString() : '0001-01-01T00:00:00Z',
    fingerprint: `s${service}i${i}`,
  })),
})

const folder = await mkdtemp(join(tmpdir(), 'durability-trial-'))
try {
  await using standIns = await startStandIns()
  await using model = await startChatServer(ordinary())
  const dead = await Promise.all(['LB_URL', 'PM_URL', 'PROM_URL', 'ALERTMANAGER_URL'].map(async (name) => [name, await deadAddress()]))
  await using server = AGENTS > 0 ? await startServer() : undefined
  await using emptied = server && (await createTestDatabase(server.url))
  const database = emptied?.url ?? join(folder, 'agent.db')
  const environment = {
    STAND_INS_URL: standIns.url,
    OPENAI_BASE_URL: model.baseURL,
    OPENAI_MODEL: 'scripted',
    AGENT_DB: database,
    // Only what the trial counts is sent.
    ESCALATE_AFTER: '0',
    PAGES_PER_HOUR: '0',
    ...Object.fromEntries(dead),
  }
  const agents = await Promise.all(Array.from({ length: Math.max(1, AGENTS) }, () => startKilledAgent(environment)))
  const agentOf = (turn: number) => agents[turn % agents.length] ?? agents[0]
  /** The phone shows the newest messages only, so it is read all along. */
  const received = new Map<string, string>()
  const readPhone = async () => {
    const { messages } = (await (await fetch(`${standIns.url}/phone/messages`)).json()) as PhoneConversation
    for (const { sid, direction, body } of messages) if (direction === 'in') received.set(sid, body)
    return received.size
  }
  let kills = 0
  let next = 0
  let posts = 0
  let attempts = 0
  const send = async () => {
    for (let service = next++; service < SERVICES; service = next++) {
      // The kills are spread over all that is sent.
      while (kills < KILLS && kills < Math.floor((service / SERVICES) * KILLS)) await sleep(20)
      let endedAt = Number.POSITIVE_INFINITY
      for (const step of courseOf(service).steps) {
        posts += 1
        const needed = await agentOf(posts)?.post('/alerts', messageOf(service, step))
        attempts += needed ?? 0
        if (step.status === 'resolved') endedAt = Date.now()
        else if (Date.now() - endedAt > LATE_MS) tooLate.add(service)
      }
    }
  }
  const killing = async () => {
    for (; kills < KILLS; kills += 1) {
      await sleep(Math.random() * 1_300)
      await agentOf(Math.floor(Math.random() * agents.length))?.killAndRestart()
      await readPhone()
    }
  }
  try {
    await Promise.all([killing(), ...Array.from({ length: SENDERS }, send)])
    await settled(agents[0]?.url ?? '', readPhone)
  } finally {
    await Promise.all(agents.map((agent) => agent.kill()))
  }
  await using store = AGENTS > 0 ? await createPostgresStore(database) : createSqliteStore(database)
  const result = judge(await store.incidents.list(10_000), [...received.values()])
  console.log(
    JSON.stringify({
      agents: AGENTS || 'one, SQLite',
      services: SERVICES,
      kills,
      posts,
      attempts,
      seconds: Math.round((Date.now() - began) / 1_000),
      ...result,
    }),
  )
  process.exitCode = result.lost + result.doubled + result.openedByEnd + result.pagedTwice > 0 ? 1 : 0
} finally {
  await rm(folder, { recursive: true, force: true })
}
process.exit()

/** Every investigation has ended, and the phone has been quiet for long. */
async function settled(agentUrl: string, readPhone: () => Promise<number>): Promise<void> {
  let before = -1
  let changedAt = Date.now()
  for (const end = Date.now() + 300_000; Date.now() < end; await sleep(2_000)) {
    const { incidents } = (await (await fetch(`${agentUrl}/api/incidents?status=investigating&limit=1`)).json()) as IncidentList
    const messages = await readPhone()
    if (messages !== before) changedAt = Date.now()
    if (incidents.length === 0 && Date.now() - changedAt > QUIET_MS) return
    before = messages
  }
  console.error('It did not settle within five minutes')
}

function judge(incidents: Incident[], messages: string[]) {
  const byService = Map.groupBy(incidents, ({ service }) => service)
  const result = {
    incidents: incidents.length,
    lost: 0,
    doubled: 0,
    openedByEnd: 0,
    tooLate: tooLate.size,
    pages: 0,
    pagedTwice: 0,
    notPaged: 0,
  }
  for (let service = 0; service < SERVICES; service += 1) {
    const found = byService.get(`s${service}`) ?? []
    if (tooLate.has(service)) continue
    const wanted = courseOf(service).incidents
    const episodes = new Set(found.flatMap(({ alerts }) => alerts.map(({ fingerprint, starts_at }) => `${fingerprint} ${starts_at}`)))
    if (wanted === 0) result.openedByEnd += found.length
    else {
      if (episodes.size < wanted * alertsOf(service)) result.lost += 1
      if (found.length > wanted) result.doubled += 1
    }
  }
  const refOf = (body: string) => /\bI\d+\b/.exec(body)?.[0] ?? ''
  // The end is told in one line, which is no page.
  const stateOf = (body: string) =>
    body.includes('So far:') ? 'facts' : / (resolved|the alert ended) after /.test(body) ? 'end' : 'diagnosis'
  const pages = new Set(messages.map(refOf))
  // The facts come first when a diagnosis takes long, and a kill makes it take long.
  const states = messages.map((body) => `${refOf(body)} ${stateOf(body)}`)
  for (const [state, same] of Map.groupBy(messages, (_body, i) => states[i])) if (same.length > 1) console.error(state, same)
  result.pages = states.length
  result.pagedTwice = states.length - new Set(states).size
  result.notPaged = incidents.filter(({ ref }) => !pages.has(ref)).length
  return result
}
