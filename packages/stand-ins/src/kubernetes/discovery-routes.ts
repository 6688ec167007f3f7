import type { FastifyInstance } from 'fastify'
import { SERVER_VERSION } from './node-list.ts'
import { apiVersionOf, RESOURCES, type Resource } from './resource.ts'

/** What `kubectl get all` lists. */
const IN_ALL = ['Pod', 'Service', 'Deployment', 'ReplicaSet']

/** What there is: `/version`, `/api`, `/apis` and below (https://kubernetes.io/docs/concepts/overview/kubernetes-api/#discovery-api). */
export function addDiscovery(app: FastifyInstance): void {
  app.get('/version', () => ({
    ...SERVER_VERSION,
    gitCommit: '',
    gitTreeState: 'clean',
    buildDate: '2024-12-11T17:59:15Z',
    goVersion: '',
    compiler: '',
    platform: 'linux/amd64',
  }))
  for (const path of ['/livez', '/readyz', '/healthz']) app.get(path, (_request, reply) => reply.type('text/plain').send('ok'))
  app.get('/api', () => ({ kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] }))
  app.get('/api/v1', () => resourceList(''))
  const groups = [...new Set(RESOURCES.map(({ group }) => group))].filter((group) => group !== '')
  app.get('/apis', () => ({ kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map(groupOf) }))
  for (const group of groups) {
    app.get(`/apis/${group}`, () => ({ kind: 'APIGroup', apiVersion: 'v1', ...groupOf(group) }))
    app.get(`/apis/${group}/v1`, () => resourceList(group))
  }
}

function groupOf(name: string) {
  const version = { groupVersion: `${name}/v1`, version: 'v1' }
  return { name, versions: [version], preferredVersion: version }
}

function resourceList(group: string) {
  const own = RESOURCES.filter((each) => each.group === group)
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: own[0] ? apiVersionOf(own[0]) : 'v1',
    resources: own.flatMap(entriesOf),
  }
}

const SUBRESOURCE_KINDS: Record<string, object> = {
  scale: { kind: 'Scale', group: 'autoscaling', version: 'v1' },
  eviction: { kind: 'Eviction', group: 'policy', version: 'v1' },
}

function entriesOf({ name, singular, kind, namespaced, shortNames, subresources, verbs }: Resource): object[] {
  return [
    {
      name,
      singularName: singular,
      namespaced,
      kind,
      verbs,
      ...(shortNames.length > 0 && { shortNames }),
      ...(IN_ALL.includes(kind) && { categories: ['all'] }),
    },
    ...Object.entries(subresources).map(([below, own]) => ({
      name: `${name}/${below}`,
      singularName: '',
      namespaced,
      kind,
      ...SUBRESOURCE_KINDS[below],
      verbs: own,
    })),
  ]
}
