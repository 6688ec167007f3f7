import { lintSource } from '@secretlint/core'
import { creator as recommended } from '@secretlint/secretlint-rule-preset-recommend'
import { expect } from 'vitest'
import { type PlantedSecret, plantSecrets } from '../../service-kit/test-parts/planted-secrets.ts'
import { test } from '../test-parts/agent-test.ts'
import { receivedAlert } from '../test-parts/alerts.ts'
import { diagnosis } from '../test-parts/diagnosis.ts'
import { logEntry, lookTarget, lookTools, withTool } from '../test-parts/look-tools.ts'
import { call, calls, FIRST_LOOK, says, scriptedModel } from '../test-parts/scripted-model.ts'
import { ModelError } from './models/model-error.ts'

// Each secret stands in a label, an annotation, a log entry, a line of code, an error text of the model server and a reply of a person; as it is, as base64 and
// encoded for a URL. The model repeats whatever it reads.

const planted = plantSecrets(7)
const ORDINARY = Array.from(
  { length: 50 },
  (_, i) => `GET /items/${i} took ${i * 3} ms on 127.0.0.1:80${10 + i}, order ${1_000_000 + i} of release 2026.11.${i}`,
)
const forms = ({ text }: PlantedSecret) => [text, Buffer.from(text).toString('base64'), encodeURIComponent(text)]
const secretOf = (service: string) => planted[Number(service.replace('shop-', ''))]

/** Repeats what it read last, also as a diagnosis; every third time its server fails instead, with an error that quotes the secret. */
function echo() {
  return scriptedModel(({ transcript }) => {
    const last = transcript.at(-1)
    const heard = String(last?.content ?? '')
    if (!transcript.some(({ role }) => role === 'assistant')) return FIRST_LOOK
    const about = /shop-(\d+)/.exec(JSON.stringify(transcript))?.[0] ?? ''
    const secret = secretOf(about)
    if (last?.role === 'user') {
      if (Number(about.slice(5)) % 3 === 0) throw new ModelError('model_refused', `answered 401: ${secret?.text}`, new Error(secret?.text))
      return says(`You said: ${heard}`)
    }
    if (Number(about.slice(5)) % 4 === 1) throw new ModelError('model_refused', `answered 401: ${secret?.text}`, new Error(secret?.text))
    return calls(call('send', 'send_diagnosis', diagnosis({ root_cause: heard.slice(0, 1_000) || 'x', evidence: [], status: 'suspected' })))
  })
}

test('98 secrets in six places each: none leaves for the model, the phone, the ticket or the disk', { timeout: 120_000 }, async ({
  start,
  fires,
  writes,
  idle,
  store,
  phone,
  jira,
}) => {
  const logs = withTool(lookTools(), 'fetch_logs', async (_args, { incident }) => {
    const secret = secretOf(incident.service)
    const messages = [...(secret ? forms(secret) : []), ORDINARY[Number(incident.service.slice(5)) % ORDINARY.length] ?? '']
    return {
      window_seconds: 60,
      count: messages.length,
      entries: messages.map((message) => logEntry({ message, stack: `Error: ${message}\n    at a (b.ts:1:2)` })),
    }
  })
  const tools = withTool(logs, 'compute_error_rate', async (_args, { incident }) => ({
    code: `12: const a = "${secretOf(incident.service)?.text}"`,
  }))
  const model = echo()
  await start(model, { targets: [lookTarget(tools)] })
  for (const [i, secret] of planted.entries()) {
    const [text = '', base64 = '', url = ''] = forms(secret)
    const service = `shop-${i}`
    const labels = { alertname: 'X', service, severity: 'critical', leak: text, wrapped: base64, address: url }
    await fires(
      receivedAlert({ service, alertname: 'X', summary: text, labels, annotations: { summary: text, description: `${base64} ${url}` } }),
    )
  }
  await idle()
  for (const [i, secret] of planted.entries()) await writes(`I${i + 1} why? ${forms(secret).join(' ')}`)
  await idle()
  await expect.poll(() => phone.delivered.length, { timeout: 60_000 }).toBeGreaterThan(0)

  const kept: unknown[] = []
  for (let i = 1; i <= planted.length; i += 1) {
    const incident = await store.incidents.find(`I${i}`)
    if (!incident) throw new Error(`There is no incident I${i}`)
    kept.push(incident, await store.incidents.timeline(incident.id), await store.transcripts.read(incident.id))
  }
  const messages = await store.outbox.list(['pending', 'sending', 'unknown', 'accepted', 'delivered', 'undelivered', 'failed'], 1_000)
  const left = JSON.stringify([model.requests.map(({ transcript }) => transcript), phone.delivered, jira.issues, kept, messages])
  expect(model.requests.length).toBeGreaterThan(2 * planted.length)
  const found = planted.filter(({ value }) =>
    [
      value,
      JSON.stringify(value).slice(1, -1),
      encodeURIComponent(value),
      Buffer.from(value)
        .toString('base64')
        .replace(/.?.?=*$/, ''),
    ].some((form) => left.includes(form)),
  )
  expect(found.map(({ kind }) => kind)).toEqual([])

  const rules = [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: recommended }]
  const source = { filePath: '/left.txt', content: left, contentType: 'text' as const }
  const reported = (await lintSource({ source, options: { config: { rules } } })).messages.filter(
    ({ message }) => !message.includes(':[redacted]@'),
  )
  expect(reported.map(({ ruleId, message }) => `${ruleId} ${message}`)).toEqual([])

  const read = JSON.stringify(model.requests.map(({ transcript }) => transcript))
  expect(ORDINARY.filter((line) => read.includes(line)).length / ORDINARY.length).toBeGreaterThanOrEqual(0.98)
})
