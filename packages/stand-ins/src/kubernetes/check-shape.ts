import { type TSchema, Type } from 'typebox'
import { Value } from 'typebox/value'
import type { KubernetesObject } from './kubernetes-object.ts'
import { apiVersionOf, type Resource } from './resource.ts'
import { badRequest, invalidObject } from './status-error.ts'

const optional = Type.Optional
const Texts = Type.Record(Type.String(), Type.String())
const Meta = Type.Object({ labels: optional(Texts), annotations: optional(Texts) })

/** As much of a container as is read here. */
const Container = Type.Object({
  name: Type.String(),
  image: optional(Type.String()),
  ports: optional(Type.Array(Type.Object({ containerPort: Type.Integer() }))),
  resources: optional(Type.Object({ limits: optional(Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()]))) })),
})
const Template = Type.Object({ metadata: optional(Meta), spec: optional(Type.Object({ containers: optional(Type.Array(Container)) })) })

/** The fields of what callers may change whose types are counted on; what is missing or out of its bounds is told where it is decided. */
const SHAPES: Record<string, TSchema> = {
  deployments: Type.Object({
    metadata: Meta,
    spec: optional(Type.Object({ template: optional(Template), paused: optional(Type.Boolean()) })),
  }),
  nodes: Type.Object({
    metadata: Meta,
    spec: optional(
      Type.Object({
        unschedulable: optional(Type.Boolean()),
        taints: optional(Type.Array(Type.Object({ key: Type.String(), effect: Type.String() }))),
      }),
    ),
  }),
}

/** Each change is kept for watches, so that an object has to be small. */
const MOST_BYTES = 65_536
/** No object is nested deeper; writing one out goes into itself at each level. */
const MOST_LEVELS = 64

/** @throws StatusError 400 when a field has another type than the API's, 422 when the object is larger than what is kept here. */
export function checkShape(resource: Resource, object: KubernetesObject): void {
  const { kind } = resource
  const unfit = (problem: string) => badRequest(`${kind} in version "${apiVersionOf(resource)}" cannot be handled as a ${kind}: ${problem}`)
  if (levelsOf(object) > MOST_LEVELS) throw unfit(`it is nested deeper than ${MOST_LEVELS} levels`)
  const shape = SHAPES[resource.name]
  const [problem] = shape ? Value.Errors(shape, object) : []
  if (problem) throw unfit(`${problem.instancePath.slice(1).replaceAll('/', '.') || 'it'} ${problem.message}`)
  const bytes = JSON.stringify(object).length
  if (bytes > MOST_BYTES)
    throw invalidObject(resource, object.metadata.name, 'metadata', `Too long: at most ${MOST_BYTES} bytes here, got ${bytes}`)
}

/** How deep a value is nested, found without going into itself. */
function levelsOf(value: unknown): number {
  let level = 0
  for (let inside: unknown[] = [value]; inside.length > 0 && level <= MOST_LEVELS; level += 1)
    inside = inside.flatMap((each) => (typeof each === 'object' && each !== null ? Object.values(each) : []))
  return level
}
