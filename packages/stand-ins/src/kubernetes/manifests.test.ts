import { execFileSync, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { problemsOfManifest as check, type Manifest, parseManifests as parse } from '../../test-parts/api-types.ts'

const DEPLOY = join(import.meta.dirname, '../../../../deploy/kubernetes')

const nameOf = ({ kind, metadata }: Manifest) => `${kind} ${metadata.namespace ?? '-'}/${metadata.name.replace(/-[a-z0-9]{10}$/, '')}`

it('each manifest fits the types of the API', () => {
  const files = ['base', 'overlays/shop'].flatMap((folder) => readdirSync(join(DEPLOY, folder)).map((file) => join(folder, file)))
  const manifests = files
    .filter((file) => file.endsWith('.yaml') && !file.endsWith('kustomization.yaml'))
    .flatMap((file) => parse(readFileSync(join(DEPLOY, file), 'utf8')))
  expect(manifests.length).toBeGreaterThan(12)
  expect(manifests.flatMap(check)).toEqual([])
})

it('a misspelt field, a list in the place of a text and an unknown kind would be found', () => {
  const [pod] = parse('{apiVersion: v1, kind: Pod, metadata: {name: x}, spec: {contaners: [], nodeName: [a], containers: [{name: 7}]}}')
  expect(check(pod as Manifest)).toEqual([
    'Pod x.spec: there is no field contaners',
    'Pod x.spec.nodeName: no type string',
    'Pod x.spec.containers[0].name: number, not string',
  ])
  expect(check({ apiVersion: 'v1', kind: 'Nothing', metadata: { name: 'x' } })).toEqual(['Nothing x: no type V1Nothing'])
})

it.skipIf(spawnSync('kubectl', ['version', '--client']).status !== 0)('kubectl kustomize renders the example, which fits too', () => {
  const rendered = parse(execFileSync('kubectl', ['kustomize', join(DEPLOY, 'overlays/shop')], { encoding: 'utf8' }))
  expect(rendered.flatMap(check)).toEqual([])
  expect(rendered.map(nameOf)).toEqual(
    expect.arrayContaining([
      'Namespace -/oncall',
      'ServiceAccount oncall/on-call-agent',
      'RoleBinding shop/on-call-agent-look',
      'RoleBinding shop/on-call-agent-repair',
      'ConfigMap oncall/on-call-agent',
      'ConfigMap oncall/on-call-agent-infrastructure',
      'Secret oncall/on-call-agent',
      'PersistentVolumeClaim oncall/on-call-agent',
      'Service oncall/on-call-agent',
      'Deployment oncall/on-call-agent',
    ]),
  )
  const text = JSON.stringify(rendered)
  expect(text).toContain('registry.example/oncall-lab:0.1.0')
  expect(text).toContain('mailto:oncall@example.com')
})
