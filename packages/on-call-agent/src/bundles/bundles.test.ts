import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readTarGz } from '@oncall-lab/service-kit/tar'
import { Value } from 'typebox/value'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { startAgentApp } from '../../test-parts/agent-app.ts'
import { alertGroup, receivedAlert } from '../../test-parts/alerts.ts'
import { bundleTargets } from '../../test-parts/bundle-targets.ts'
import { Bundle, BundleManifest } from '../api.ts'

const LIMITS = { bytes: 64 * 1_048_576, files: 1_000 }
let bundleDir = ''
beforeEach(() => {
  bundleDir = mkdtempSync(join(tmpdir(), 'bundles-test-'))
})
afterEach(() => rmSync(bundleDir, { recursive: true }))

/** An agent with one incident that was diagnosed. */
async function startWithIncident(options: Parameters<typeof startAgentApp>[0] = {}) {
  const running = await startAgentApp({ targets: bundleTargets(), bundleDir, ...options })
  await running.app.inject({ method: 'POST', url: '/alerts', payload: alertGroup(receivedAlert()) })
  await running.agent.idle()
  return running
}

const exported = async (running: Awaited<ReturnType<typeof startAgentApp>>) => {
  const answer = await running.app.inject({ url: '/api/incidents/I1/export?format=bundle', headers: { 'x-requested-by': 'mina' } })
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'application/gzip'])
  const files = readTarGz(answer.rawPayload, LIMITS)
  const manifest: unknown = JSON.parse(String(files.get('manifest.json')))
  if (!Value.Check(BundleManifest, manifest)) throw new Error(JSON.stringify(Value.Errors(BundleManifest, manifest)))
  return { packed: answer.rawPayload, files, manifest }
}

test('an exported bundle holds every layer, who asked, and the hash of each file; GNU tar lists it', async () => {
  await using running = await startWithIncident()
  const { packed, files, manifest } = await exported(running)
  expect(manifest).toMatchObject({
    requested_by: 'mina',
    service: 'inventory',
    incident: { ref: 'I1', severity: 'critical' },
    versions: { agent: 'test' },
  })
  for (const { path, bytes, sha256 } of manifest.files) {
    const body = files.get(path)
    expect([
      path,
      body?.length,
      createHash('sha256')
        .update(body ?? '')
        .digest('hex'),
    ]).toEqual([path, bytes, sha256])
  }
  const layers = new Set(manifest.files.map(({ layer }) => layer))
  expect([...layers].sort()).toEqual(['database', 'incident', 'kubernetes', 'logs', 'metrics', 'os', 'storage'])
  expect(String(files.get('incident/report.md'))).toContain('# I1: inventory (critical)')
  const listed = execFileSync('tar', ['-tz'], { input: packed }).toString().trim().split('\n')
  expect(listed).toEqual(['manifest.json', ...manifest.files.map(({ path }) => path)])
})

test('what cannot be read is an error of the bundle, which is made all the same', async () => {
  await using running = await startWithIncident()
  const { files, manifest } = await exported(running)
  expect(manifest.errors).toEqual([
    { layer: 'kubernetes', source: 'get_pods {}', message: expect.stringContaining('The cluster refuses fine') },
  ])
  expect(manifest.files.find(({ layer }) => layer === 'kubernetes')).toMatchObject({ ok: false })
  expect(String(files.get('kubernetes/kubernetes-get_pods.json'))).toContain('The cluster refuses fine')
})

test('a layer that no target shows is named as such', async () => {
  await using running = await startWithIncident({ targets: bundleTargets().slice(0, 1) })
  const { manifest } = await exported(running)
  expect(manifest.errors.map(({ layer }) => layer)).toEqual(['database', 'kubernetes', 'metrics'])
})

test('POST /api/bundles makes one in the background, of the layers that are named, and lists it', async () => {
  await using running = await startWithIncident()
  const ordered = await running.app.inject({
    method: 'POST',
    url: '/api/bundles',
    payload: { incident: 'I1', layers: ['logs', 'database'] },
  })
  expect([ordered.statusCode, ...Value.Errors(Bundle, ordered.json())]).toEqual([202])
  const { id } = ordered.json()
  await vi.waitFor(async () => expect((await running.app.inject(`/api/bundles/${id}`)).json().status).toBe('ready'))
  expect((await running.app.inject('/api/bundles')).json()).toMatchObject({
    bundles: [{ id, incident: 'I1', layers: ['database', 'logs'], status: 'ready' }],
  })
  const packed = (await running.app.inject(`/api/bundles/${id}/file`)).rawPayload
  expect([...readTarGz(packed, LIMITS).keys()]).toEqual([
    'manifest.json',
    'database/postgres-get_active_connections.json',
    'logs/test-errors.json',
  ])
  expect(createHash('sha256').update(packed).digest('hex')).toBe((await running.app.inject(`/api/bundles/${id}`)).json().sha256)
})

test.each<[string, object, number, string | undefined]>([
  ['an incident that does not exist', { incident: 'I999' }, 404, undefined],
  ['a layer that does not exist', { layers: ['network'] }, 400, 'body.layers.0'],
  ['no layer', { layers: [] }, 400, 'body.layers'],
  ['a path', { path: '/etc' }, 400, 'body.path'],
])('a bundle of %s is refused', async (_name, payload, status, field) => {
  await using running = await startAgentApp({ bundleDir })
  const answer = await running.app.inject({ method: 'POST', url: '/api/bundles', payload })
  expect([answer.statusCode, answer.json().field]).toEqual([status, field])
  expect((await running.app.inject('/api/bundles')).json().bundles).toEqual([])
})

test.each(['..%2F..%2Fetc%2Fpasswd', 'x'.repeat(99), 'I1'])('GET /api/bundles/%s/file reads nothing', async (id) => {
  await using running = await startAgentApp({ bundleDir })
  expect((await running.app.inject(`/api/bundles/${id}/file`)).statusCode).toBeOneOf([400, 404])
})

test('ten bundles that are asked for at once are all made, each whole', async () => {
  await using running = await startWithIncident()
  const answers = await Promise.all(Array.from({ length: 10 }, () => exported(running)))
  expect(new Set(answers.map(({ manifest }) => manifest.id)).size).toBe(10)
  expect(readdirSync(bundleDir).filter((name) => name.endsWith('.tar.gz'))).toHaveLength(10)
})

test('one that a process left in the making is made by the next; what it left half written goes', async () => {
  const old = new Date(Date.now() - 60_000)
  const left: Bundle = {
    id: 'I1-left',
    status: 'running',
    incident: 'I1',
    service: 'inventory',
    layers: ['logs'],
    errors: [],
    requested_by: 'test',
    created_at: old.toISOString(),
    finished_at: null,
    bytes: null,
    sha256: null,
  }
  for (const [name, text] of [
    ['I1-left.json', JSON.stringify(left)],
    ['I1-left.tar.gz.elsewhere-1.partial', 'half'],
  ] as const) {
    writeFileSync(join(bundleDir, name), text)
    utimesSync(join(bundleDir, name), old, old)
  }
  await using running = await startWithIncident({ abandonedMs: 300 })
  await vi.waitFor(async () => expect((await running.app.inject('/api/bundles/I1-left')).json().status).toBe('ready'), 5_000)
  expect(readdirSync(bundleDir).sort()).toEqual(['I1-left.json', 'I1-left.tar.gz'])
})
