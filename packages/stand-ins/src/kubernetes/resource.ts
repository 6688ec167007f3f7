/** A kind of object that the API serves (`kubectl api-resources`). */
export interface Resource {
  /** The plural, as it stands in a path. */
  name: string
  singular: string
  kind: string
  /** Empty for the core group. */
  group: string
  version: string
  namespaced: boolean
  shortNames: string[]
  /** Paths below one object, with the verbs that each takes. */
  subresources: Record<string, string[]>
  verbs: string[]
}

const LOOK = ['get', 'list', 'watch']
const CHANGE = ['patch', 'update']

function resource(name: string, kind: string, shape: Partial<Resource> = {}): Resource {
  return {
    name,
    singular: kind.toLowerCase(),
    kind,
    group: '',
    version: 'v1',
    namespaced: true,
    shortNames: [],
    subresources: {},
    verbs: LOOK,
    ...shape,
  }
}

/** Everything that is served, by path. */
export const RESOURCES: readonly Resource[] = [
  resource('namespaces', 'Namespace', { namespaced: false, shortNames: ['ns'] }),
  resource('nodes', 'Node', { namespaced: false, shortNames: ['no'], verbs: [...LOOK, ...CHANGE] }),
  resource('pods', 'Pod', {
    shortNames: ['po'],
    verbs: [...LOOK, 'delete'],
    subresources: { log: ['get'], eviction: ['create'] },
  }),
  resource('services', 'Service', { shortNames: ['svc'] }),
  resource('endpoints', 'Endpoints', { shortNames: ['ep'] }),
  resource('events', 'Event', { shortNames: ['ev'] }),
  resource('deployments', 'Deployment', {
    group: 'apps',
    shortNames: ['deploy'],
    verbs: [...LOOK, ...CHANGE, 'create', 'delete'],
    subresources: { scale: ['get', ...CHANGE] },
  }),
  resource('replicasets', 'ReplicaSet', { group: 'apps', shortNames: ['rs'] }),
]

/** `v1` or `apps/v1`. */
export const apiVersionOf = ({ group, version }: Pick<Resource, 'group' | 'version'>) => (group === '' ? version : `${group}/${version}`)

/** `pods` or `deployments.apps`, as error messages name it. */
export const qualifiedName = ({ name, group }: Pick<Resource, 'name' | 'group'>) => (group === '' ? name : `${name}.${group}`)

/** The resource by its plural. @throws Error for one that is not served. */
export function resourceNamed(name: string): Resource {
  const found = RESOURCES.find((each) => each.name === name)
  if (!found) throw new Error(`no resource ${name}`)
  return found
}
