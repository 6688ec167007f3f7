import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type { IncidentList, IncidentWithTimeline } from '@oncall-lab/on-call-agent/api'
import type { PhoneConversation } from '@oncall-lab/stand-ins/api'
import { ComposeProject } from '../../../../test/docker/compose.ts'
import { judge } from './judge.ts'
import { keyOf } from './one-address.ts'

/**
 * docker-compose.replicas.yaml as it is, while the process of a random one of its three agents and three Alertmanagers is killed with SIGKILL, past Docker, which
 * starts it again: `pnpm --filter @oncall-lab/lab run replica-containers-trial [kills]`. Alerts fire all along at all three Alertmanagers, half of them end. Ends
 * with 1 when an alert is lost or in two incidents, a page or an end was not told or told twice, or two agents show an incident differently.
 */
const KILLS = Number(process.argv[2] ?? 30)
const KILLED = ['on-call-agent', 'on-call-agent-2', 'on-call-agent-3', 'alertmanager', 'alertmanager-2', 'alertmanager-3']
const AGENTS = [8188, 8288, 8388]
const SERVICES = 12
const OF_A_SERVICE = 3
const QUIET_MS = 45_000
const WITHIN_MS = 300_000

/** As Prometheus does: what fires, and what ended, to every Alertmanager again and again. It takes the list, a line each time, on standard input. */
const SOURCE = `let body = '[]'
process.stdin.on('data', (text) => { body = String(text).trim().split('\\n').at(-1) })
setInterval(() => { for (const port of [9193, 9293, 9393]) fetch('http://127.0.0.1:' + port + '/api/v2/alerts', { method: 'POST', headers: { 'content-type': 'application/json' }, body }).catch(() => {}) }, 500)`

const folder = mkdtempSync(join(tmpdir(), 'replica-containers-'))
const settings = join(folder, 'trial.yaml')
// Only what the trial counts is sent.
const quiet = ['on-call-agent', 'on-call-agent-2', 'on-call-agent-3'].map(
  (name) => `  ${name}: { environment: { ESCALATE_AFTER: 0, PAGES_PER_HOUR: 0, FLAP_AFTER: 0 } }`,
)
writeFileSync(settings, `services:\n${quiet.join('\n')}\n`)
const project = new ComposeProject('oncall-lab-replicas', ['docker-compose.yaml', 'docker-compose.replicas.yaml', settings])
const takeDown = () => project.try('down', '--volumes', '--remove-orphans')

const began = Date.now()
try {
  await takeDown()
  await project.run('up', '--detach', '--build', '--wait')
  process.exitCode = (await play()) ? 0 : 1
} finally {
  await takeDown()
  rmSync(folder, { recursive: true })
}

async function play(): Promise<boolean> {
  const source = spawn('docker', project.arguments('exec', '--no-TTY', 'stand-ins', 'node', '-e', SOURCE), {
    stdio: ['pipe', 'ignore', 'inherit'],
  })
  const startsAt = new Date().toISOString()
  const alerts = Array.from({ length: SERVICES * OF_A_SERVICE }, (_, n) => ({
    service: `s${Math.floor(n / OF_A_SERVICE)}`,
    instance: `trial-${n}`,
  }))
  const ends = new Map<string, string>()
  const told = new Map<string, string>()
  const readPhone = async () => {
    const { messages } = await read<PhoneConversation>(8089, '/phone/messages')
    for (const { sid, direction, body } of messages) if (direction === 'in') told.set(sid, body)
    return told.size
  }
  const fire = (count: number) => {
    const list = alerts.slice(0, count).map(({ service, instance }) => ({
      labels: { alertname: `Trial-${service}`, service, instance, severity: 'critical' },
      annotations: { summary: `${instance} of a trial` },
      startsAt,
      endsAt: ends.get(instance) ?? new Date(Date.now() + 240_000).toISOString(),
    }))
    source.stdin.write(`${JSON.stringify(list)}\n`)
  }

  const kills: Record<string, number> = {}
  const isEnding = ({ service }: { service: string }) => Number(service.slice(1)) % 2 === 0
  /** Ends what may end of the first so many: Alertmanager tells of no end whose beginning it has told nobody. */
  const endTaken = async (count: number) => {
    const { incidents } = await read<IncidentList>(8088, '/api/incidents?limit=1000')
    const taken = new Set(incidents.flatMap(({ alerts: own }) => own.map(({ labels }) => labels.instance)))
    for (const alert of alerts.slice(0, Math.max(0, count)))
      if (isEnding(alert) && taken.has(alert.instance) && !ends.has(alert.instance)) ends.set(alert.instance, new Date().toISOString())
  }
  for (let n = 1; n <= KILLS; n += 1) {
    const service = KILLED[Math.floor(Math.random() * KILLED.length)] ?? ''
    await project.crash(service).catch(() => undefined) // It may be on its way up.
    kills[service] = (kills[service] ?? 0) + 1
    const fired = Math.ceil((alerts.length * n) / KILLS)
    // Every second service ends some kills after it began.
    await endTaken(fired - 9)
    fire(fired)
    await readPhone()
    await sleep(Math.random() * 2_000)
    if (n % 10 === 0) console.error(`${n} kills, ${fired} alerts`)
  }
  const ending = alerts.filter(isEnding)
  for (const end = Date.now() + WITHIN_MS; ends.size < ending.length && Date.now() < end; await sleep(1_000)) {
    await endTaken(alerts.length)
    fire(alerts.length)
  }
  const settled = await settles(readPhone)
  source.kill()
  const refs = (await read<IncidentList>(8088, '/api/incidents?limit=1000')).incidents.map(({ ref }) => ref)
  const shown = await Promise.all(
    refs.map((ref) => Promise.all(AGENTS.map((port) => read<IncidentWithTimeline>(port, `/api/incidents/${ref}`)))),
  )
  // The lab's own rules may fire meanwhile, too.
  const ofTrial = shown.filter(([first]) => first && /^s\d+$/.test(first.service))
  const incidents = ofTrial.flatMap(([first]) => first ?? [])
  const mine = new Set(incidents.map(({ ref }) => ref))
  const messages = [...told.values()].filter((body) => mine.has(/\bI\d+\b/.exec(body)?.[0] ?? ''))
  const keys = (of: typeof alerts) => of.map(({ instance }) => keyOf(instance, startsAt))
  const result = judge(incidents, messages, { fired: keys(alerts), ended: keys(ending) })
  const shownDifferently = ofTrial.filter(([first, ...others]) => others.some((other) => !isDeepStrictEqual(first, other))).length
  console.log(
    JSON.stringify({
      alerts: alerts.length,
      kills,
      settled,
      seconds: Math.round((Date.now() - began) / 1_000),
      ...result,
      shownDifferently,
    }),
  )
  const { lost, open, inTwo, untold, toldTwice } = result
  return settled && lost + open + inTwo + untold + toldTwice + shownDifferently === 0
}

async function read<T>(port: number, path: string): Promise<T> {
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`).catch(() => undefined)
    if (answer?.ok) return (await answer.json()) as T // Each caller names the documented form.
    await sleep(200) // It was killed a moment ago.
  }
}

/** Every container is well, every alert that ended has closed its incident, and the phone has been quiet for a while. */
async function settles(readPhone: () => Promise<number>): Promise<boolean> {
  let before = -1
  let changedAt = Date.now()
  for (const end = Date.now() + WITHIN_MS; Date.now() < end; await sleep(1_000)) {
    const messages = await readPhone()
    const { incidents } = await read<IncidentList>(8088, '/api/incidents?limit=1000')
    const open = incidents.filter(({ service, status }) => /^s\d*[02468]$/.test(service) && status !== 'resolved').length
    if (messages !== before || open > 0) changedAt = Date.now()
    if (Date.now() - changedAt > QUIET_MS && (await project.ailing()).length === 0) return true
    before = messages
  }
  return false
}
