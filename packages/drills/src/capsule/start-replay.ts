import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { Lab } from '@oncall-lab/lab/lab'
import { ROOT } from '@oncall-lab/lab/open-lab'
import { findProgram } from '@oncall-lab/lab/programs/find-program'
import type { Episode } from '@oncall-lab/on-call-agent/api'
import { request } from 'undici'
import { OWN_SERVICES } from '../contenders/lab-agent.ts'

const READY_WITHIN_MS = 30_000
/** Where nothing answers: the port of `discard`. */
const NOWHERE = 'http://127.0.0.1:9'

/** A program that runs for a replay; it ends with this process. */
export type Running = AsyncDisposable & { url: string }

/** A second Prometheus over the blocks of a capsule; it scrapes nothing. */
export async function startPrometheusOver(data: string, { book, programs }: Lab, signal: AbortSignal): Promise<Running> {
  const { path } = await findProgram('prometheus', { ...programs, say: () => undefined, signal })
  const config = join(data, 'replay.yaml')
  writeFileSync(config, 'global: {}\n')
  const url = book.url('prometheus')
  const flags = [
    `--config.file=${config}`,
    `--storage.tsdb.path=${data}`,
    '--storage.tsdb.retention.time=36500d',
    `--web.listen-address=127.0.0.1:${book.ports.prometheus}`,
  ]
  return untilReady(spawn(path, flags, { stdio: 'ignore' }), url, `${url}/-/ready`)
}

/** `replay`: the model's turns come from the tape; `results`: the model of the environment answers; `fork-3`: from its third turn on. */
export type ReplayMode = 'replay' | 'results' | `fork-${number}`

interface ReplayAgentOptions {
  lab: Lab
  tape: string
  mode: ReplayMode
  /** Which holds the recorded time. */
  prometheus: string
}

/** A service of the repository, which ends with this process. */
function launch(name: 'rules-model' | 'on-call-agent', env: Lab['env'], own: Record<string, string>): ChildProcess {
  const child = spawn(process.execPath, [join(ROOT, 'packages', name, 'src/main.ts')], {
    cwd: ROOT,
    env: { PATH: env.PATH ?? '', HOST: '127.0.0.1', LAB_LEASH: 'stdin', LOG_LEVEL: 'error', ...own },
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  child.stdin?.on('error', () => undefined)
  return child
}

/** The embedded model, for a replay in which a model answers and the environment names none; undefined where it is not needed. */
export async function startModelFor(mode: ReplayMode, { book, env }: Lab): Promise<Running | undefined> {
  if (mode === 'replay' || env.OPENAI_BASE_URL || env.OPENAI_API_KEY) return undefined
  const child = launch('rules-model', env, { RULES_MODEL_PORT: String(book.ports.rulesModel) })
  return untilReady(child, book.url('rulesModel'), `${book.url('rulesModel')}/healthz`)
}

/** The on-call agent on a tape: no shop, no fleet, no phone; what it looks at comes from the tape. */
export async function startAgentOnTape({ lab, tape, mode, prometheus }: ReplayAgentOptions): Promise<Running> {
  const folder = mkdtempSync(join(tmpdir(), 'oncall-lab-replay-agent-'))
  const { book, env } = lab
  const model = Object.fromEntries(Object.entries(env).filter(([name]) => mode !== 'replay' && /^(OPENAI|MODEL)_/.test(name)))
  const child = launch('on-call-agent', env, {
    ...model,
    AGENT_PORT: String(book.ports.agent),
    AGENT_DB: join(folder, 'agent.db'),
    MODEL_TAPE: `${mode}:${tape}`,
    MODEL_TAPE_ASKS: 'prometheus',
    PROM_URL: prometheus,
    LB_URL: NOWHERE,
    PM_URL: NOWHERE,
    ALERTMANAGER_URL: NOWHERE,
    STAND_INS_URL: NOWHERE,
    RULES_MODEL_URL: `${mode === 'replay' ? NOWHERE : book.url('rulesModel')}/v1`,
    SECOND_READER: 'off',
  })
  const running = await untilReady(child, book.url('agent'), `${book.url('agent')}/healthz`)
  return {
    url: running.url,
    async [Symbol.asyncDispose]() {
      await running[Symbol.asyncDispose]()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Leaves the tape of the page that was graded: the first after the break that is not about the lab's own parts. What the lab raised while it started is another story. */
export function keepGradedTape(tape: string, brokenAt: string): void {
  const tapes = readdirSync(tape).map((name) => {
    const [subject = '{}'] = readFileSync(join(tape, name), 'utf8').split('\n')
    const { at = '', service = '' } = JSON.parse(subject) as { at?: string; service?: string }
    return { name, at, service }
  })
  const graded = tapes
    .filter(({ name, at, service }) => !name.startsWith('inquiry') && at >= brokenAt && !OWN_SERVICES.includes(service))
    .toSorted((a, b) => a.at.localeCompare(b.at))[0]
  for (const { name } of tapes) if (graded && name !== graded.name) rmSync(join(tape, name))
}

/** Functions that the stored data of Prometheus answer for any moment. */
const OF_PROMETHEUS = /^(query_prometheus|compute_error_rate|get_alert_expression)$/

/** Takes away what Prometheus answered then, so that it is asked anew. */
export function forgetPrometheus(tape: string): void {
  for (const name of readdirSync(tape)) {
    const path = join(tape, name)
    const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean)
    const kept = lines.filter((line) => {
      const { kind, name: called } = JSON.parse(line) as { kind: string; name?: string }
      return kind !== 'result' || !OF_PROMETHEUS.test(called ?? '')
    })
    writeFileSync(path, kept.map((line) => `${line}\n`).join(''))
  }
}

/** What the oldest tape is about. */
interface TapeSubject {
  at: string
  alerts: Episode[]
}

/** The subject of the oldest tape. @throws Error when there is none. */
export function subjectOf(tape: string): TapeSubject {
  const [subject] = readdirSync(tape)
    .filter((name) => name.endsWith('.jsonl') && !name.startsWith('inquiry'))
    .map((name) => JSON.parse(readFileSync(join(tape, name), 'utf8').split('\n')[0] ?? '{}') as TapeSubject)
    .toSorted((a, b) => a.at.localeCompare(b.at))
  if (!subject) throw new Error('the capsule holds no tape of an incident')
  return subject
}

/** Sends the alerts of the tape again, as Alertmanager would. */
export async function sendAlertsOf(subject: TapeSubject, agent: string): Promise<void> {
  const alerts = subject.alerts.map(({ labels, annotations = {}, starts_at, fingerprint }) => ({
    status: 'firing',
    labels,
    annotations,
    startsAt: starts_at,
    endsAt: '0001-01-01T00:00:00Z',
    generatorURL: '',
    fingerprint,
  }))
  const message = {
    version: '4',
    groupKey: 'replay',
    status: 'firing',
    receiver: 'on-call-agent',
    groupLabels: {},
    commonLabels: {},
    commonAnnotations: {},
    externalURL: NOWHERE,
    alerts,
  }
  const answer = await request(`${agent}/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(message),
  })
  if (answer.statusCode >= 300) throw new Error(`the agent answered the alert with ${answer.statusCode}: ${await answer.body.text()}`)
  await answer.body.dump()
}

async function untilReady(child: ChildProcess, url: string, ready: string): Promise<Running> {
  const ended = once(child, 'exit').catch(() => undefined)
  const stop = async () => {
    child.kill('SIGTERM')
    await ended
  }
  const deadline = Date.now() + READY_WITHIN_MS
  while (Date.now() < deadline && child.exitCode === null) {
    const status = await request(ready, { signal: AbortSignal.timeout(1_000) }).then(
      async ({ statusCode, body }) => {
        await body.dump()
        return statusCode
      },
      () => 0,
    )
    if (status === 200) return { url, [Symbol.asyncDispose]: stop }
    await setTimeout(200)
  }
  await stop()
  throw new Error(`nothing is ready at ${ready}${child.exitCode === null ? '' : `: it ended with ${child.exitCode}; is the port taken?`}`)
}
