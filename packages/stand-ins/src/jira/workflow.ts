/** A status of the project's workflow. */
export interface Status {
  id: string
  name: string
  category: { id: number; key: 'new' | 'indeterminate' | 'done'; name: string; colorName: string }
}

/** The statuses in their order; an issue begins in the first. */
export const STATUSES: readonly Status[] = [
  { id: '10000', name: 'To Do', category: { id: 2, key: 'new', name: 'To Do', colorName: 'blue-gray' } },
  { id: '10001', name: 'In Progress', category: { id: 4, key: 'indeterminate', name: 'In Progress', colorName: 'yellow' } },
  { id: '10002', name: 'Done', category: { id: 3, key: 'done', name: 'Done', colorName: 'green' } },
]

/** Jira's simplified workflow: from everywhere to everywhere, also to where the issue is. */
const TRANSITIONS = [
  { id: '11', to: '10000' },
  { id: '21', to: '10001' },
  { id: '31', to: '10002' },
] as const

/** The status of an issue. */
export function statusOf(id: string): Status {
  return STATUSES.find((status) => status.id === id) ?? (STATUSES[0] as Status) // The list is not empty.
}

/** The status to which a transition leads; undefined for an unknown transition. */
export function transitionTarget(id: unknown): Status | undefined {
  const found = TRANSITIONS.find((transition) => transition.id === String(id))
  return found && statusOf(found.to)
}

/** A status as Jira writes it. */
export function statusResource({ id, name, category }: Status, site: string) {
  return {
    self: `${site}/rest/api/3/status/${id}`,
    description: '',
    iconUrl: `${site}/`,
    name,
    id,
    statusCategory: { self: `${site}/rest/api/3/statuscategory/${category.id}`, ...category },
  }
}

/** `GET …/transitions`. */
export function transitionList(site: string) {
  const transitions = TRANSITIONS.map(({ id, to }) => ({
    id,
    name: statusOf(to).name,
    to: statusResource(statusOf(to), site),
    hasScreen: false,
    isGlobal: true,
    isInitial: false,
    isAvailable: true,
    isConditional: false,
    isLooped: false,
  }))
  return { expand: 'transitions', transitions }
}
