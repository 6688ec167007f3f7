import { isSigned } from '@oncall-lab/service-kit/signed-headers'
import { readTarGz } from '@oncall-lab/service-kit/tar'
import { Value } from 'typebox/value'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startReceiver } from '../../test-parts/callback-receiver.ts'
import { CALLBACK_SECRET, startGateway } from '../../test-parts/running-gateway.ts'
import { BundleFacts, BundleFactsList } from './api.ts'

let gateway: Awaited<ReturnType<typeof startGateway>>
beforeAll(async () => {
  gateway = await startGateway()
})
afterAll(() => gateway[Symbol.asyncDispose]())

test('POST /api/v1/incidents makes a bundle in the background and calls back, signed, with where it is', async () => {
  await using receiver = await startReceiver()
  const ordered = await gateway.post('/api/v1/incidents', {
    infra_key: 'shop',
    connection_string: 'host=localhost port=15432 dbname=shop user=postgres password=testpass',
    callback_url: `http://127.0.0.1:${receiver.port}/callback`,
    layers: ['database', 'os', 'storage'],
  })
  expect([ordered.status, ...Value.Errors(BundleFacts, ordered.body)]).toEqual([202])
  expect(ordered.body).toMatchObject({ bundle_path: null, layers: ['database', 'os', 'storage'], status: 'running' })
  await vi.waitFor(() => expect(receiver.received).toHaveLength(1), 5_000)
  const [{ headers, body } = { headers: {}, body: '' }] = receiver.received
  expect(isSigned(CALLBACK_SECRET, headers, body, new Date())).toBe(true)
  const { incident_id } = ordered.body
  expect(JSON.parse(body)).toEqual({
    incident_id,
    bundle_path: `/api/v1/incidents/${incident_id}/bundle`,
    layers: ['database', 'os', 'storage'],
    errors: [],
  })
  const archive = await gateway.app.inject(JSON.parse(body).bundle_path)
  const files = readTarGz(archive.rawPayload, { bytes: 10_000_000, files: 100 })
  expect(String(files.get('database/postgres-connection.json'))).toContain('too many clients')
  expect([...files.values()].join()).not.toContain('testpass')
  const list = await gateway.get('/api/v1/incidents')
  expect([list.status, ...Value.Errors(BundleFactsList, list.body)]).toEqual([200])
  expect(list.body.map((each: BundleFacts) => each.incident_id)).toContain(incident_id)
  expect((await gateway.get(`/api/v1/incidents/${incident_id}`)).body).toMatchObject({ status: 'ready' })
})

test('a configured machine can be what a bundle is about', async () => {
  const ordered = await gateway.post('/api/v1/incidents', { infra_key: 'web-prod-02', layers: ['storage'] })
  expect(ordered.status).toBe(202)
  const { incident_id } = ordered.body
  await vi.waitFor(async () => expect((await gateway.get(`/api/v1/incidents/${incident_id}`)).body.status).toBe('ready'), 5_000)
  const archive = await gateway.app.inject(`/api/v1/incidents/${incident_id}/bundle`)
  const files = readTarGz(archive.rawPayload, { bytes: 10_000_000, files: 100 })
  expect(JSON.parse(String(files.get('manifest.json')))).toMatchObject({ service: 'web-prod-02', incident: null })
  expect([...files.keys()]).toContain('storage/hosts-disks.json')
})

test.each<[string, object, number, string]>([
  ['without infra_key', {}, 400, 'body.infra_key'],
  ['with a name that nothing has', { infra_key: 'nothing' }, 404, 'body.infra_key'],
  ['with an unknown layer', { infra_key: 'shop', layers: ['network'] }, 400, 'body.layers.0'],
  ['with another database', { infra_key: 'shop', connection_string: 'postgres://evil.example/shop' }, 403, 'body.connection_string'],
  ['with a callback to another machine', { infra_key: 'shop', callback_url: 'https://evil.example/' }, 403, 'body.callback_url'],
  ['with a callback that is no address', { infra_key: 'shop', callback_url: 'nowhere' }, 400, 'body.callback_url'],
  ['with more', { infra_key: 'shop', command: 'rm' }, 400, 'body.command'],
])('POST /api/v1/incidents %s is refused, and no bundle is made', async (_name, body, status, field) => {
  const before = (await gateway.get('/api/v1/incidents')).body.length
  const answer = await gateway.post('/api/v1/incidents', body)
  expect([answer.status, answer.body.field]).toEqual([status, field])
  expect((await gateway.get('/api/v1/incidents')).body).toHaveLength(before)
})

test.each([
  ['/api/v1/incidents/nothing', 404],
  ['/api/v1/incidents/..%2F..%2Fx', 400],
  ['/api/v1/incidents/nothing/bundle', 404],
])('GET %s is a %i', async (path, status) => {
  expect((await gateway.get(path)).status).toBe(status)
})
