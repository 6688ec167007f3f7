import type { FleetEvent } from '@oncall-lab/process-manager/api'
import type { Occurrence } from './event-recorder.ts'
import type { Pod } from './kinds.ts'
import { APP } from './pod-of-instance.ts'

const FIELD = `spec.containers{${APP}}`

/** What the scheduler and the kubelet would record of an event of the process manager. */
export function occurrencesOf({ type, at, reason }: FleetEvent, pod: Pod): Occurrence[] {
  const host = pod.spec.nodeName ?? ''
  const image = pod.spec.containers[0]?.image ?? ''
  const kubelet = (reasonText: string, message: string, kind: 'Normal' | 'Warning' = 'Normal'): Occurrence => ({
    about: pod,
    fieldPath: FIELD,
    type: kind,
    reason: reasonText,
    message,
    source: { component: 'kubelet', host },
    at,
  })
  switch (type) {
    case 'starting':
      return [
        {
          about: pod,
          reason: 'Scheduled',
          message: `Successfully assigned ${pod.metadata.namespace}/${pod.metadata.name} to ${host}`,
          source: { component: 'default-scheduler' },
          at: pod.metadata.creationTimestamp ?? at,
        },
        kubelet('Pulled', `Container image "${image}" already present on machine`),
        kubelet('Created', `Created container ${APP}`),
        kubelet('Started', `Started container ${APP}`),
      ]
    case 'backoff':
    case 'fatal':
      return [kubelet('BackOff', `Back-off restarting failed container ${APP} in pod ${pod.metadata.name}`, 'Warning')]
    case 'unresponsive':
      return [
        kubelet('Unhealthy', `Liveness probe failed: ${reason ?? 'no answer'}`, 'Warning'),
        kubelet('Killing', `Container ${APP} failed liveness probe, will be restarted`),
      ]
    case 'draining':
    case 'stopping':
      return [kubelet('Killing', `Stopping container ${APP}`)]
    default:
      return []
  }
}
