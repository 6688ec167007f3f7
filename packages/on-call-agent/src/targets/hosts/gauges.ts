import type { Gauges } from '../../actions/sli.ts'
import { troublesOf } from '../../host-functions.ts'
import { type Host, requireHosts } from './host.ts'
import { readHost } from './read-host.ts'

/** Whether the incident's hosts are well while an action is judged: how many things are wrong there. */
export function hostGauges(hosts: readonly Host[]): Gauges {
  return {
    slis: [
      {
        id: 'host_troubles',
        says: (value) =>
          value === 0 ? 'nothing is wrong on the host' : `${value} ${value === 1 ? 'thing is' : 'things are'} wrong on the host`,
        limit: 0,
        grain: 0.5,
        async read(incident, signal) {
          const counts = await Promise.all(requireHosts(hosts, incident).map((host) => countTroubles(host, signal)))
          const now = counts.reduce((sum, each) => sum + each, 0)
          return { now, worst: now }
        },
      },
    ],
    // Whoever opened the incident watches the host, not this target.
    firing: async () => [],
  }
}

/** @throws Error when not all of it could be read: what is not seen is not well. */
async function countTroubles(host: Host, signal: AbortSignal): Promise<number> {
  const { reading, errors } = await readHost(host, signal)
  if (errors.length > 0) throw new Error(errors.join('; '))
  const { runaway } = host.entry
  const runaways = reading.processes.filter(
    ({ cpu_percent, seconds, user }) => runaway && user !== 'root' && cpu_percent >= runaway.cpu_percent && seconds >= runaway.seconds,
  )
  return troublesOf(reading).length + runaways.length
}
