import type { WorldReading } from '../../../actions/action.ts'
import type { Host } from '../host.ts'
import { change, defineRemedy, ok, reads, refuse } from './remedy.ts'

/** How a service ran before it was started anew. */
export interface RanBefore {
  pid: number | null
  since: string | null
}

export async function ranBefore(host: Host, service: string, signal: AbortSignal): Promise<RanBefore> {
  const { main_pid, since } = await reads.service(host, service, signal)
  return { pid: main_pid, since }
}

/** Whether it runs, as another process than before. */
export async function isStartedAnew(host: Host, service: string, before: RanBefore, signal: AbortSignal): Promise<WorldReading> {
  const { state, main_pid, since } = await reads.service(host, service, signal)
  if (state === 'activating' || state === 'deactivating') return { kind: 'under_way' }
  const isAnew = main_pid !== before.pid || since !== before.since
  if (state === 'active' && isAnew) return { kind: 'done', output: `${service} is active as process ${main_pid ?? '?'}` }
  return { kind: 'not_done' }
}

/** `systemctl restart` of a listed service. */
export const restartService = defineRemedy<RanBefore>({
  takes: 'a service',
  says: (service, host) => `Restarts the service ${service} on ${host}.`,
  async check(host, service, signal) {
    if (!host.entry.services.includes(service)) return refuse('not_listed', `${service} is no service that is listed for ${host.name}`)
    const { state, sub_state, result, since } = await reads.service(host, service, signal)
    if (state === 'activating' || state === 'deactivating') return refuse('one_at_a_time', `${service} is ${state} at this moment`)
    return ok(
      `On ${host.name} this would run: systemctl restart ${service}. It is ${state} (${sub_state}, ${result}) since ${since ?? 'an unknown time'}.`,
    )
  },
  before: ranBefore,
  async run(host, service, signal) {
    await change(host, ['systemctl', 'restart', service], signal)
    return `systemctl restart ${service} ended well on ${host.name}`
  },
  readOutcome: isStartedAnew,
})
