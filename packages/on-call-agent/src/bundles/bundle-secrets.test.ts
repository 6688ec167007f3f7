import { readTarGz } from '@oncall-lab/service-kit/tar'
import { expect, test } from 'vitest'
import { plantSecrets } from '../../../service-kit/test-parts/planted-secrets.ts'
import { startAgentApp } from '../../test-parts/agent-app.ts'
import { alertGroup, receivedAlert } from '../../test-parts/alerts.ts'
import { bundleTargets } from '../../test-parts/bundle-targets.ts'

const planted = [11, 12, 13, 14].flatMap((seed) => plantSecrets(seed))
const base64 = (text: string) => Buffer.from(text).toString('base64')

test('of 300 secrets in labels, messages, results, errors, metrics and names of members none is in the bundle, in whatever form', async () => {
  expect(new Set(planted.map(({ value }) => value)).size).toBeGreaterThanOrEqual(300)
  const texts = planted.flatMap(({ text }) => [text, base64(text), encodeURIComponent(text)])
  await using running = await startAgentApp({ targets: bundleTargets(texts) })
  for (const text of planted.slice(0, 20).map((each) => each.text)) {
    const alert = receivedAlert({ summary: text, labels: { alertname: 'X', service: 'inventory', severity: 'critical', leak: text } })
    await running.app.inject({ method: 'POST', url: '/alerts', payload: alertGroup(alert) })
    await running.app.inject({ method: 'POST', url: '/api/incidents/I1/messages', payload: { body: `is it ${text}?` } })
  }
  const answer = await running.app.inject('/api/incidents/I1/export?format=bundle')
  const files = readTarGz(answer.rawPayload, { bytes: 64 * 1_048_576, files: 100 })
  const all = [...files].map(([path, body]) => `${path}\n${body}`).join('\n')
  // It must not be empty of them because it is empty.
  for (const path of ['database/postgres-get_active_connections.json', 'metrics/prometheus-series.json'])
    expect(String(files.get(path)).match(/\[redacted/g)?.length).toBeGreaterThan(300)
  const found = planted.filter(({ value }) =>
    [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value), base64(value).replace(/=+$/, '')].some((form) =>
      all.includes(form),
    ),
  )
  expect(found.map(({ kind }) => kind)).toEqual([])
})
