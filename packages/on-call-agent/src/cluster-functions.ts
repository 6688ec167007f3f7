// What the looks of the target kubernetes take and return, as far as others read it.
import { type Static, Type } from 'typebox'
import { Nullable } from './nullable.ts'

const Text = Type.String()
const OptionalText = Type.Optional(Type.String())

const ListedContainer = Type.Object({
  name: Text,
  image: Text,
  restarts: Type.Integer(),
  /** Why it does not run: `CrashLoopBackOff`, `ImagePullBackOff`. */
  waiting: Type.Optional(Type.Object({ reason: OptionalText, message: OptionalText })),
  /** How it ended last: `OOMKilled`, `Error`. */
  last_end: Type.Optional(
    Type.Object({
      exitCode: Type.Integer(),
      reason: OptionalText,
      message: OptionalText,
      startedAt: OptionalText,
      finishedAt: OptionalText,
    }),
  ),
})

/** One pod as a line of `get_pods`. */
export const ListedPod = Type.Object({
  name: Text,
  /** Null while no node has room for it. */
  node: Nullable(Text),
  /** `Running`, `Pending`, `Terminating`, … */
  phase: Text,
  /** `1/1`: ready containers of all. */
  ready: Text,
  created: Nullable(Text),
  containers: Type.Array(ListedContainer),
  reason: OptionalText,
  /** Of a pending pod. */
  why: Type.Optional(Nullable(Text)),
})
export type ListedPod = Static<typeof ListedPod>
export const GetPodsResult = Type.Object({
  namespace: Text,
  /** Those that may be looked at. */
  namespaces: Type.Array(Text),
  pods: Type.Array(ListedPod),
  count: Type.Integer(),
  truncated: Type.Boolean(),
})

/** One node as a line of `get_nodes`; `ready` is the status of its condition: `True`, `False`, `Unknown`. */
export const ListedNode = Type.Object({
  name: Text,
  ready: Text,
  reason: Nullable(Text),
  message: Nullable(Text),
  since: Nullable(Text),
  cordoned: Type.Boolean(),
  taints: Type.Array(Text),
})
export type ListedNode = Static<typeof ListedNode>
export const GetNodesResult = Type.Object({ nodes: Type.Array(ListedNode), count: Type.Integer(), truncated: Type.Boolean() })

/** One event as a line of `get_events`; `object` is `Pod/name`. */
export const ListedEvent = Type.Object({
  object: Text,
  type: Text,
  reason: Text,
  message: Text,
  count: Type.Integer(),
  last: Nullable(Text),
})
export type ListedEvent = Static<typeof ListedEvent>
export const GetEventsResult = Type.Object({ events: Type.Array(ListedEvent), count: Type.Integer(), truncated: Type.Boolean() })

/** `1/1` and its kin: every container of the pod is ready. */
export function isPodReady({ ready, phase }: Pick<ListedPod, 'ready' | 'phase'>): boolean {
  const [now = '', of = ''] = ready.split('/')
  return phase === 'Running' && now === of && now !== '0'
}
