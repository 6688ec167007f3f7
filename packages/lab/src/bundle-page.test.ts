import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import type { BundleManifest } from '@oncall-lab/on-call-agent/api'
import { tarBlocks } from '@oncall-lab/service-kit/tar'
import { expect, test } from 'vitest'
import { bundlePage } from './bundle-page.ts'
import { sparkline } from './sparkline.ts'

const at = '2026-11-30T03:00:00.000Z'
const alert = {
  alertname: 'InventoryErrorBurst',
  severity: 'critical',
  summary: 'half fail',
  labels: {},
  fingerprint: 'f',
  starts_at: at,
  received_at: at,
  ends_at: null,
}
const incident = {
  id: 'i',
  ref: 'I7',
  status: 'diagnosed',
  severity: 'critical',
  service: 'inventory',
  alerts: [alert],
  opened_at: at,
  diagnosed_at: at,
  resolved_at: null,
  diagnosis: {
    status: 'diagnosed',
    root_cause: 'An outside client holds the slots.',
    confidence: 0.9,
    priority: 'high',
    evidence: [{ tool_call_id: 'a', quote: 'too many\u001b[2J clients' }],
    next_steps: ['End it.'],
  },
  ticket: null,
  html_url: 'http://127.0.0.1:8087/incidents/I7',
  hypotheses: [],
  timeline: [{ id: 1, incident_id: 'i', at, event: { kind: 'incident_resolved' } }],
  actions: [],
}
const onset = Date.parse(at) / 1_000
const recorded = {
  onset: at,
  alerts: [
    {
      alertname: 'InventoryErrorBurst',
      expression: 'x > 0.5',
      threshold: '> 0.5',
      series: [{ labels: { job: 'inventory' }, points: [-20, 0, 20].map((each, i) => [onset + each, i / 2]) }],
    },
  ],
}

function bundle(change: (files: Map<string, string>) => void = () => {}): Buffer {
  const bodies = new Map([
    ['incident/incident.json', JSON.stringify(incident)],
    ['metrics/prometheus-alerts.json', JSON.stringify(recorded)],
    ['database/postgres-check_connection.json', JSON.stringify({ summary: 'The database refuses.', result: {} })],
    [
      'logs/fleet-errors.json',
      JSON.stringify({ summary: 'x', result: { entries: [{ ts: at, instance: '127.0.0.1:8001', message: 'first\nsecond' }] } }),
    ],
  ])
  const manifest: BundleManifest = {
    format: 'oncall-lab/bundle',
    version: 1,
    id: 'I7-x',
    requested_by: 'mina',
    made_from: at,
    made_until: at,
    incident: { id: 'i', ref: 'I7', service: 'inventory', severity: 'critical', status: 'diagnosed', opened_at: at },
    service: 'inventory',
    versions: { agent: '0.1.0' },
    layers: ['database', 'logs', 'metrics', 'incident'],
    files: [...bodies].map(([path, body]) => ({
      path,
      layer: path.split('/')[0] as 'logs', // Each path begins with its layer.
      source: 'x',
      ok: true,
      bytes: body.length,
      sha256: createHash('sha256').update(body).digest('hex'),
      milliseconds: 1,
    })),
    errors: [{ layer: 'kubernetes', source: 'kubernetes', message: 'it does not see the service inventory' }],
  }
  bodies.set('manifest.json', JSON.stringify(manifest))
  change(bodies)
  return gzipSync(Buffer.concat([...tarBlocks([...bodies].map(([path, body]) => ({ path, body: Buffer.from(body) })))]))
}

test('a bundle is a page: title, cause with its evidence, the course around the onset, database, log, timeline, files', () => {
  const page = bundlePage(bundle()).join('\n')
  for (const part of [
    'I7: inventory, critical, diagnosed',
    'made 2026-11-30T03:00:00.000Z for mina by agent 0.1.0',
    'Every file is as the manifest says.',
    'Missing in kubernetes',
    'An outside client holds the slots. (diagnosed, confidence 0.9)',
    'InventoryErrorBurst (fires > 0.5)\n  ▁▅█  0 to 1  job=inventory\n   ^ onset',
    'The database refuses.',
    '127.0.0.1:8001  first second',
    'incident_resolved',
    'logs/fleet-errors.json',
  ])
    expect(page).toContain(part)
})

test('no text of a bundle moves the cursor of the terminal', () => {
  const page = bundlePage(bundle()).join('\n')
  expect(page).toContain('> too many clients')
  expect(page.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
})

test('a file that was changed is named', () => {
  const page = bundlePage(bundle((files) => files.set('logs/fleet-errors.json', '{}'))).join('\n')
  expect(page).toContain('DAMAGED, not as the manifest says: logs/fleet-errors.json')
})

test.each([
  ['without a manifest', (files: Map<string, string>) => void files.delete('manifest.json')],
  ['with one of another form', (files: Map<string, string>) => void files.set('manifest.json', '{"format":"else"}')],
])('an archive %s is refused', (_name, change) => {
  expect(() => bundlePage(bundle(change))).toThrow(/no bundle of an incident/)
})

test('a course is drawn from its least to its greatest value, thinned by the greatest, with gaps', () => {
  expect(sparkline([0, null, 1])).toBe('▁ █')
  expect(sparkline([0, 0, 0, 9, 0, 0], 3)).toBe('▁█▁')
  expect(sparkline([null])).toBe('')
})
