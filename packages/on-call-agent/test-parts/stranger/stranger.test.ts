import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { guard } from '@oncall-lab/service-kit/guard'
import { redact } from '@oncall-lab/service-kit/redact'
import { freePort } from '@oncall-lab/test-kit/free-port'
import { until } from '@oncall-lab/test-kit/until'
import { Registry } from 'prom-client'
import { Type } from 'typebox'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findProgram } from '../../../lab/src/programs/find-program.ts'
import { buildApp } from '../../../rules-model/src/app.ts'
import { createMetrics as rulesMetrics } from '../../../rules-model/src/metrics.ts'
import { startAgent } from '../../src/agent.ts'
import type { Diagnosis } from '../../src/api.ts'
import { LIMITS, WHOLE_TRANSCRIPT } from '../../src/functions/limits.ts'
import { defineTool } from '../../src/functions/tool.ts'
import { createMetrics } from '../../src/metrics.ts'
import { createOpenAiModel } from '../../src/models/openai/openai-model.ts'
import { createSqliteStore } from '../../src/store/sqlite/sqlite-store.ts'
import { prometheus as prometheusTarget } from '../../src/targets/prometheus/target.ts'
import { notSeen, type Target } from '../../src/targets/target.ts'
import { receivedAlert } from '../alerts.ts'
import { recordingMessenger } from '../recording-messenger.ts'
import { startPod } from './exporter.ts'
import { STRANGERS, type Stranger, WELL } from './services.ts'

/** So long all is well, and then so long the trouble goes on before the alert: as much as a rule's window. */
const WELL_MS = 20_000
const TROUBLE_MS = 40_000

const running: (() => unknown)[] = []
const pods = new Map<string, string[]>()
/** The lines of each service's log. */
const logs = new Map<string, string[]>()
const diagnoses = new Map<string, Diagnosis>()
let troubleAt = Number.POSITIVE_INFINITY

async function startPods({ name, shows }: Stranger): Promise<string[]> {
  const started = await Promise.all(
    [0, 1].map((pod) => startPod(() => (Date.now() < troubleAt ? WELL : shows(WELL, pod, Date.now() - troubleAt)))),
  )
  for (const pod of started) running.push(() => pod[Symbol.asyncDispose]())
  pods.set(
    name,
    started.map(({ address }) => address),
  )
  return started.map(({ address }) => address)
}

/** A real one, that asks each pod each second. */
async function startPrometheus(): Promise<string> {
  const { path } = await findProgram('prometheus', {
    searchPath: (process.env.PATH ?? '').split(':'),
    cache: join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'oncall-lab'),
    isRoot: process.getuid?.() === 0,
    say: () => undefined,
    signal: AbortSignal.timeout(60_000),
  })
  const folder = mkdtempSync(join(tmpdir(), 'oncall-lab-stranger-'))
  const watched = STRANGERS.filter(({ isUnwatched }) => !isUnwatched)
  const jobs = await Promise.all(
    watched.map(async (each) => ({ job_name: each.name, static_configs: [{ targets: await startPods(each) }] })),
  )
  const config = { global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' }, scrape_configs: jobs }
  writeFileSync(join(folder, 'prometheus.yaml'), JSON.stringify(config)) // JSON is YAML.
  const port = await freePort()
  const flags = [`--config.file=${folder}/prometheus.yaml`, `--storage.tsdb.path=${folder}/data`, `--web.listen-address=127.0.0.1:${port}`]
  const child: ChildProcess = spawn(path, flags, { stdio: 'ignore' })
  running.push(async () => {
    child.kill('SIGKILL')
    await once(child, 'exit')
    rmSync(folder, { recursive: true })
  })
  const url = `http://127.0.0.1:${port}`
  await until('Prometheus', async () => (await fetch(`${url}/-/ready`).catch(() => undefined))?.ok === true, 30)
  return url
}

/** Its log, in lines of its own form, as another tool would give it. */
const logTarget: Target = {
  id: 'logs',
  sees: 'the logs of the services',
  covers: async () => true,
  firstLook: [{ name: 'fetch_logs', args: { seconds: 120, limit: 50 } }],
  functions: [
    defineTool({
      name: 'fetch_logs',
      description: 'The newest lines of the log of the service.',
      parameters: Type.Object({ seconds: Type.Integer(), limit: Type.Integer() }),
      async run({ limit }, { incident: { service } }) {
        const stranger = STRANGERS.find(({ name }) => name === service)
        if (stranger?.hasNoLog) throw notSeen(service, 'No log of it is collected')
        return { lines: (logs.get(service) ?? []).slice(-limit).flatMap((entry) => entry.split('\n')) }
      },
      summarise: ({ lines }) => `${lines.length} lines.`,
    }),
  ],
}

/** Each service fails as its figures say, and writes about it. */
async function writeLogs(forMs: number): Promise<void> {
  for (const end = Date.now() + forMs; Date.now() < end; await sleep(500))
    for (const { name, line } of STRANGERS) if (line) logs.set(name, [...(logs.get(name) ?? []), line(new Date())])
}

async function investigateAll(url: string): Promise<void> {
  const app = buildApp({ registry: new Registry(), metrics: rulesMetrics(new Registry()), logLevel: 'silent' })
  running.push(() => app.close())
  const baseURL = `${await app.listen({ host: '127.0.0.1', port: 0 })}/v1`
  const store = guard(createSqliteStore(':memory:'), redact)
  const onPrometheus = prometheusTarget.connect({ PROM_URL: url, PROM_SERVICE_LABEL: 'job' }, {
    remembered: () => Promise.reject(new Error('not asked')),
  } as never) // It needs nothing of the agent.
  if (onPrometheus.kind !== 'on') throw new Error('Prometheus is off')
  const agent = await startAgent({
    ...{ store, limits: { ...LIMITS, ...WHOLE_TRANSCRIPT, pagesPerHour: 0 }, actTools: [], contacts: ['whatsapp:+15550100001'] as const },
    model: guard(createOpenAiModel({ baseURL, apiKey: 'none', model: 'oncall-rules-1', attemptMs: 30_000 }), redact),
    ...{
      messenger: guard(recordingMessenger(), redact),
      targets: [logTarget, onPrometheus.port],
      metrics: createMetrics(new Registry()),
      onError: () => undefined,
    },
  })
  running.push(async () => {
    await agent[Symbol.asyncDispose]()
    await store[Symbol.asyncDispose]?.()
  })
  await agent.receiveAlerts(
    STRANGERS.map(({ name, alert }) =>
      receivedAlert({
        ...{ service: name, alertname: alert.name, severity: 'critical', summary: alert.summary, fingerprint: name },
        labels: { alertname: alert.name, service: name, job: name, severity: 'critical', ...alert.labels?.(pods.get(name) ?? []) },
        startsAt: new Date(troubleAt + 15_000).toJSON(),
      }),
    ),
  )
  await agent.idle()
  for (const { service, diagnosis } of await store.incidents.list(STRANGERS.length)) if (diagnosis) diagnoses.set(service, diagnosis)
}

beforeAll(async () => {
  const url = await startPrometheus()
  await sleep(WELL_MS)
  troubleAt = Date.now()
  await writeLogs(TROUBLE_MS)
  await investigateAll(url)
}, 110_000)

afterAll(async () => {
  for (const end of running.reverse()) await end()
})

test.each(STRANGERS)('$name behind a real Prometheus: $causes', ({ name, causes, place, on }) => {
  const { cause, instances, root_cause, ...diagnosis } = diagnoses.get(name) as Diagnosis // Each has one.
  expect(causes, `${cause} ${diagnosis.confidence}: ${root_cause}`).toContain(cause)
  if (place) expect(diagnosis).toMatchObject(place)
  if (on) expect(instances).toEqual(on(pods.get(name) ?? []))
})

test('what cannot be seen is said, and never as zero', () => {
  for (const name of ['billing', 'cardgate']) expect(diagnoses.get(name)?.root_cause).not.toMatch(/(?<![\d.])0 % of/)
  expect(diagnoses.get('billing')?.root_cause).toMatch(/[Cc]ould not be (?:seen|read)/)
  expect(diagnoses.get('cardgate')?.status).toBe('inconclusive')
})
