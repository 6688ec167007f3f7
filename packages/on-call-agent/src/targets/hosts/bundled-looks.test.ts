import { startTestHost } from '@oncall-lab/stand-ins/test-host'
import { expect, test } from 'vitest'
import { incidentOf } from '../../../test-parts/look-tools.ts'
import { nothingRemembered } from '../../../test-parts/nothing-remembered.ts'
import { collectBundle } from '../../bundles/collect-bundle.ts'
import { LIMITS } from '../../functions/limits.ts'
import { subjectOf } from '../bundled-look.ts'
import { hosts } from './target.ts'

async function collect(service: string, infrastructure: string) {
  const connection = hosts.connect({ INFRASTRUCTURE: infrastructure }, { onError: () => undefined, remembered: nothingRemembered })
  if (connection.kind === 'off') throw new Error('off')
  const incident = incidentOf(service, service === 'nginx' ? { hostname: 'web-prod-01' } : {})
  const options = {
    targets: [connection.port],
    others: [],
    layers: ['os', 'storage'] as const,
    limits: LIMITS,
    signal: AbortSignal.timeout(20_000),
  }
  return collectBundle(subjectOf(incident, new Date()), options)
}

test('a bundle of an incident on a machine holds what its commands print, in the layers os and storage', async () => {
  await using host = await startTestHost()
  await host.breakages.break('nginx')
  const { files, errors } = await collect('nginx', host.infrastructure)
  expect(errors).toEqual([])
  expect(files.map(({ path }) => path)).toEqual([
    'os/hosts-check.json',
    'os/hosts-web-prod-01-free.json',
    'os/hosts-web-prod-01-ps.json',
    'os/hosts-web-prod-01-ss.json',
    'os/hosts-web-prod-01-systemctl-status-nginx.json',
    'os/hosts-web-prod-01-uptime.json',
    'storage/hosts-web-prod-01-df-i.json',
    'storage/hosts-web-prod-01-df.json',
  ])
  const textOf = (path: string) => JSON.stringify(files.find((file) => file.path === path)?.content)
  expect(textOf('os/hosts-web-prod-01-systemctl-status-nginx.json')).toContain('Active: failed (Result: signal)')
  expect(textOf('storage/hosts-web-prod-01-df.json')).toContain('Mounted on')
})

test('a machine that does not run the service is not looked at; its own name stands for all that it runs', async () => {
  await using host = await startTestHost()
  expect((await collect('inventory', host.infrastructure)).files).toEqual([])
  expect((await collect('web-prod-01', host.infrastructure)).files).toHaveLength(8)
})
