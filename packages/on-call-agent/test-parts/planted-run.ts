import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { guard } from '@oncall-lab/service-kit/guard'
import { redact } from '@oncall-lab/service-kit/redact'
import { lintSource } from '@secretlint/core'
import { creator as recommended } from '@secretlint/secretlint-rule-preset-recommend'
import { Registry } from 'prom-client'
import type { PlantedSecret } from '../../service-kit/test-parts/planted-secrets.ts'
import { startAgent } from '../src/agent.ts'
import { LIMITS } from '../src/functions/limits.ts'
import { incidentReport } from '../src/incident-report.ts'
import { wholeIncident } from '../src/incident-routes.ts'
import { createMetrics } from '../src/metrics.ts'
import { ModelError } from '../src/models/model-error.ts'
import { createSqliteStore } from '../src/store/sqlite/sqlite-store.ts'
import { openTape } from '../src/tape/open-tape.ts'
import { createTicket } from '../src/trackers/create-ticket.ts'
import { receivedAlert } from './alerts.ts'
import { diagnosis } from './diagnosis.ts'
import { logEntry, lookTarget, lookTools, withTool } from './look-tools.ts'
import { recordingJira } from './recording-jira.ts'
import { recordingMessenger } from './recording-messenger.ts'
import { call, calls, FIRST_LOOK, says, scriptedModel } from './scripted-model.ts'

const ORDINARY = Array.from(
  { length: 50 },
  (_, i) => `GET /items/${i} took ${i * 3} ms on 127.0.0.1:80${10 + i}, order ${1_000_000 + i} of release 2026.11.${i}`,
)

/** In two lines, as a terminal or a mail breaks it; the rest of the text stays as it is. */
const split = ({ text, value }: PlantedSecret) => {
  const half = Math.ceil(value.length / 2)
  return text.replace(value, `${value.slice(0, half)}\n${value.slice(half)}`)
}
const formsOf = (secret: PlantedSecret) => [
  secret.text,
  Buffer.from(secret.text).toString('base64'),
  encodeURIComponent(secret.text),
  // What is known by its name alone is known no more when it is broken.
  ...(isShaped(secret) ? [split(secret)] : []),
]
/** Known by its own shape. */
const isShaped = ({ text, value }: PlantedSecret) => text === value && value.length >= 24 && !value.includes('\n')

/** In what forms a secret would have left. */
function tracesOf(secret: PlantedSecret): string[] {
  const { value } = secret
  const half = Math.ceil(value.length / 2)
  return [
    value,
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(value),
    Buffer.from(value).toString('base64').replace(/.?.?=*$/, ''),
    ...(isShaped(secret) ? [value.slice(0, half), value.slice(half)] : []),
  ].filter((trace) => trace.length >= 8) // biome-ignore format: a form a line.
}

/**
 * Every secret in a label, an annotation, a log entry, a line of code, an error text of the model server and a reply of a person, in each form, through a whole
 * agent whose model repeats whatever it reads. Says which secrets stand afterwards in what left for the model, the phone, the ticket, the tape, the export and
 * the disk, what a scanner of another make reports there, and how many ordinary lines came through as they were.
 */
export async function plantedRun(planted: PlantedSecret[]) {
  const directory = mkdtempSync(join(tmpdir(), 'oncall-secrets-'))
  await using store = guard(createSqliteStore(':memory:'), redact)
  const phone = recordingMessenger()
  const jira = recordingJira()
  const tape = openTape(`record:${directory}`, { redact, onError: () => {} })
  const secretOf = (service: string) => planted[Number(service.replace('shop-', ''))]
  const model = echo(secretOf)
  const targets = [lookTarget(leakingTools(secretOf))]
  await using agent = await startAgent({
    ...{ store, tape, contacts: ['whatsapp:+15550100001'] as const, retryMs: 1, onError: () => {} },
    model: guard(model, redact),
    targets: tape?.targets(targets) ?? targets,
    actTools: [createTicket(guard(jira, redact), store)],
    messenger: guard(phone, redact),
    limits: { ...LIMITS, pagesPerHour: 0 },
    metrics: createMetrics(new Registry()),
  })
  for (const [i, secret] of planted.entries()) {
    const [text = '', base64 = '', url = '', broken = ''] = formsOf(secret)
    const service = `shop-${i}`
    const labels = { alertname: 'X', service, severity: 'critical', leak: text, wrapped: base64, address: url, broken }
    const annotations = { summary: text, description: `${base64} ${url} and then ${broken}` }
    await agent.receiveAlerts([receivedAlert({ service, alertname: 'X', summary: text, labels, annotations, fingerprint: service })])
  }
  await agent.idle()
  for (const [i, secret] of planted.entries())
    await agent.takeMessage({
      vendorId: null,
      from: 'whatsapp:+15550100001',
      body: `I${i + 1} why? ${formsOf(secret).join(' ')}`.slice(0, 1_600),
    })
  await agent.idle()
  await tape?.written()

  const kept: unknown[] = []
  const reports: string[] = []
  for (const incident of await store.incidents.list(planted.length)) {
    const whole = await wholeIncident(store, incident, ({ ref }) => `http://127.0.0.1:8087/incidents/${ref}`)
    kept.push(whole, await store.transcripts.read(incident.id))
    reports.push(incidentReport(whole))
  }
  const tapes = readdirSync(directory).map((name) => readFileSync(join(directory, name), 'utf8'))
  rmSync(directory, { recursive: true })
  const messages = await store.outbox.list(['pending', 'sending', 'unknown', 'accepted', 'delivered', 'undelivered', 'failed'], 10_000)
  const sinks = {
    model: model.requests.map(({ transcript }) => transcript),
    phone: phone.delivered,
    ticket: jira.issues,
    tape: tapes,
    export: reports,
    disk: [kept, messages],
  }
  const read = JSON.stringify(sinks.model)
  return {
    requests: model.requests.length,
    found: planted.flatMap((secret) =>
      Object.entries(sinks).flatMap(([sink, left]) => {
        const text = JSON.stringify(left)
        return tracesOf(secret).some((trace) => text.includes(trace)) ? [`${secret.kind} in ${sink}`] : []
      }),
    ),
    reported: await scan(JSON.stringify(sinks)),
    unchanged: ORDINARY.filter((line) => read.includes(line)).length / ORDINARY.length,
  }
}

/** What Secretlint's recommended rules report. */
async function scan(content: string): Promise<string[]> {
  const rules = [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: recommended }]
  const source = { filePath: '/left.txt', content, contentType: 'text' as const }
  const { messages } = await lintSource({ source, options: { config: { rules } } })
  return messages.flatMap(({ ruleId, message }) => (message.includes(':[redacted]@') ? [] : `${ruleId} ${message}`))
}

function leakingTools(secretOf: (service: string) => PlantedSecret | undefined) {
  const logs = withTool(lookTools(), 'fetch_logs', async (_args, { incident }) => {
    const secret = secretOf(incident.service)
    const messages = [...(secret ? formsOf(secret) : []), ORDINARY[Number(incident.service.slice(5)) % ORDINARY.length] ?? '']
    return {
      window_seconds: 60,
      count: messages.length,
      entries: messages.map((message) => logEntry({ message, stack: `Error: ${message}\n    at a (b.ts:1:2)` })),
    }
  })
  return withTool(logs, 'compute_error_rate', async (_args, { incident }) => ({
    code: `12: const a = "${secretOf(incident.service)?.text}"`,
  }))
}

/** Repeats what it read last, also as a diagnosis and as a ticket; now and then its server fails instead, with an error that quotes the secret. */
function echo(secretOf: (service: string) => PlantedSecret | undefined) {
  return scriptedModel(({ transcript, offered }) => {
    const last = transcript.at(-1)
    const heard = String(last?.content ?? '')
    if (!transcript.some(({ role }) => role === 'assistant')) return FIRST_LOOK
    const about = /shop-(\d+)/.exec(JSON.stringify(transcript))?.[0] ?? ''
    const secret = secretOf(about)
    const number = Number(about.slice(5))
    if (number % 4 === 1 || (last?.role === 'user' && number % 3 === 0))
      throw new ModelError('model_refused', `answered 401: ${secret?.text}`, new Error(secret?.text))
    if (last?.role === 'user') return says(`You said: ${heard}`)
    const ticket = { summary: heard.slice(0, 200) || 'x', description: heard.slice(0, 2_000) || 'x' }
    if (offered.includes('create_jira_ticket')) return calls(call('file', 'create_jira_ticket', ticket))
    return calls(call('send', 'send_diagnosis', diagnosis({ root_cause: heard.slice(0, 1_000) || 'x', evidence: [], status: 'suspected' })))
  })
}
