import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse as render } from '@evertdespiegeleer/go-template'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { type Manifest, parseManifests, problemsOfManifest } from '../../test-parts/api-types.ts'

const DEPLOY = join(import.meta.dirname, '../../../../deploy/kubernetes')
const CHART = join(DEPLOY, 'helm/on-call-agent')
const read = (...path: string[]) => readFileSync(join(...path), 'utf8')
const templates = readdirSync(join(CHART, 'templates'))
const usual = (): Record<string, unknown> => parse(read(CHART, 'values.yaml'))

/** `toJson` is no function of the engine: what it makes of a value is put in its place, as a text of Go. */
const json = (value: unknown) => JSON.stringify(JSON.stringify(value))

/** The chart as Helm renders it: by Go's own template engine, with Helm's functions `quote` and `toJson` in the engine's own words. */
async function chart(over: Record<string, unknown> = {}): Promise<Manifest[]> {
  const Values: Record<string, unknown> = { ...usual(), ...over }
  const context = { Values, Release: { Name: 'on-call-agent', Namespace: 'oncall' } }
  const texts = await Promise.all(
    templates.map((file) => {
      const text = read(CHART, 'templates', file)
        .replaceAll('| quote', '| print | printf "%q"')
        .replace(/\.Values\.(\w+) \| toJson/g, (_, name: string) => `print ${json(Values[name])}`)
      return render(text, context)
    }),
  )
  return texts.flatMap(parseManifests)
}

const find = (manifests: Manifest[], kind: string, name = 'on-call-agent') =>
  manifests.find((each) => each.kind === kind && each.metadata.name === name) as Record<string, unknown> | undefined // Compared as it is.

it.each<[string, Record<string, unknown>]>([
  ['as it is', {}],
  ['without repairs', { repair: false }],
  ['without drains', { cordon: false }],
  ['without the rules-model', { rulesModel: false }],
  ['for two namespaces', { namespaces: ['shop', 'bank'], services: { a: { namespace: 'bank', deployment: 'b' } } }],
  ['with settings that YAML would take for something else', { settings: { A: 'yes', B: '1e3', C: '"quoted": #', D: 7 } }],
])('the chart %s renders to manifests that fit the types of the API', async (_name, over) => {
  const manifests = await chart(over)
  expect(manifests.length).toBeGreaterThan(8)
  expect(manifests.flatMap(problemsOfManifest)).toEqual([])
})

it('the chart deploys what the manifests of kustomize deploy', async () => {
  const manifests = await chart()
  const base = parseManifests(read(DEPLOY, 'base/deployment.yaml'))
  const text = JSON.stringify(find(base, 'Deployment')).replaceAll(
    '"image":"oncall-lab"',
    '"image":"registry.example/oncall-lab:0.1.0","imagePullPolicy":"IfNotPresent"',
  )
  expect(find(manifests, 'Deployment')?.spec).toEqual(JSON.parse(text).spec)
  for (const kind of ['PersistentVolumeClaim', 'Service']) expect(find(manifests, kind)?.spec).toEqual(find(base, kind)?.spec)
  const data = find(parseManifests(read(DEPLOY, 'base/config.yaml')), 'ConfigMap')?.data
  expect(find(manifests, 'ConfigMap')?.data).toEqual({ ...(data as object), ONCALL_CONTACTS: 'mailto:oncall@example.com' })
})

/** `get pods` and so on, one for each right. */
const rightsOf = (manifests: Manifest[]): string[] =>
  manifests
    .flatMap((each) => ('rules' in each ? (each.rules as { apiGroups: string[]; resources: string[]; verbs: string[] }[]) : []))
    .flatMap(({ apiGroups, resources, verbs }) =>
      verbs.flatMap((verb) => resources.map((resource) => `${verb} ${apiGroups[0]}/${resource}`)),
    )
    .toSorted()

it('the chart gives the rights that the manifests of kustomize give, and fewer where it is told to', async () => {
  const all = [...new Set(rightsOf(parseManifests(read(DEPLOY, 'base/rbac.yaml'))))]
  expect([...new Set(rightsOf(await chart()))]).toEqual(all)
  const looks = rightsOf(await chart({ repair: false, cordon: false }))
  expect(looks.filter((right) => !/^(?:get|list|watch) /.test(right))).toEqual([])
})

it('what the agent is told to look after is JSON, whatever the names are', async () => {
  const services = { 'a "b"': { namespace: 'shop', deployment: 'x' } }
  const { data } = find(await chart({ services }), 'ConfigMap', 'on-call-agent-infrastructure') as { data: Record<string, string> }
  expect(JSON.parse(data['infrastructure.json'] ?? '')).toEqual({ clusters: { this: { namespaces: ['shop'], services } } })
})

it('each value is used, and each that is used has a default', () => {
  const used = new Set(
    templates.flatMap((file) => [...read(CHART, 'templates', file).matchAll(/\.Values\.(\w+)/g)].map(([, name]) => name)),
  )
  expect([...used].toSorted()).toEqual(Object.keys(usual()).toSorted())
})

it('a value that a template asks for and nobody gives would be found', async () => {
  await expect(render('{{ .Values.nothing }}', { Values: {} })).rejects.toThrow('no entry for key')
})
