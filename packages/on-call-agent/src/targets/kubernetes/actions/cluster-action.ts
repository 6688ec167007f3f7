import { setTimeout as sleep } from 'node:timers/promises'
import { describeError, LabError, UpstreamError } from '@oncall-lab/service-kit/errors'
import { Type } from 'typebox'
import type { Action, CheckDecision } from '../../../actions/action.ts'
import type { Incident } from '../../../api.ts'
import { type Cluster, findPlace, type ServicePlace } from '../cluster.ts'

/** The name of an object of the API. */
export const ObjectName = Type.String({
  pattern: '^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$',
  description: 'As get_pods or get_nodes names it.',
})
export const NoArguments = Type.Object({}, { additionalProperties: false })

/** Whether the service's pods are well, and its users are served. */
export const CLUSTER_VERIFY = { slis: ['pods_in_trouble', 'error_rate', 'latency_p95_seconds', 'instances_down'], seconds: 60 }
/** Whether no pod stands where nobody sees it any more. */
export const NODE_VERIFY = { slis: ['pods_on_lost_nodes'], seconds: 60 }

/** Why an action cannot be done. */
export const refuse = (reason: string, message: string): CheckDecision => ({ kind: 'refuse', reason, message })

/** Where the incident's service runs. @throws LabError when no cluster holds it: `check` has refused that before. */
export function placeOf(clusters: readonly Cluster[], incident: Incident): ServicePlace {
  const place = findPlace(clusters, incident)
  if (place && place.deployment !== '') return place
  throw new LabError(`No cluster holds a deployment of ${incident.service}`, { code: 'not_seen', status: 404 })
}

/** Looks whether something can be done there, and asks the server itself without changing anything (`dryRun`): its refusal is ours. */
export async function checkThere(
  clusters: readonly Cluster[],
  incident: Incident,
  look: (place: ServicePlace) => Promise<CheckDecision>,
): Promise<CheckDecision> {
  const place = findPlace(clusters, incident)
  if (!place || place.deployment === '') return refuse('wrong_target', `No cluster holds a deployment of ${incident.service}`)
  try {
    return await look(place)
  } catch (error) {
    const isRefusal = error instanceof UpstreamError && error.upstreamStatus !== undefined && error.upstreamStatus < 500
    if (isRefusal) return refuse(error.code, describeError(error))
    throw error
  }
}

/** A rollout that takes longer goes on while its figures are watched. */
const WAIT_MS = 40_000
const LOOK_EVERY_MS = 500

/** A cluster answers at once and does it afterwards: such an action has run when the cluster shows it, or after 40 s. */
export function untilShown(action: Action): Action {
  return {
    ...action,
    async run(args, context) {
      const before = await action.before(args, context)
      const said = await action.run(args, context)
      const end = performance.now() + WAIT_MS
      while (performance.now() < end) {
        // It has run, whatever becomes of this look.
        const reading = await action.readOutcome(args, before, context).catch(() => undefined)
        if (reading?.kind === 'done') return `${said}. ${reading.output}`
        if (context.signal.aborted) return said
        await sleep(LOOK_EVERY_MS, undefined, { signal: context.signal }).catch(() => undefined)
      }
      return `${said}. It is still under way.`
    },
  }
}
