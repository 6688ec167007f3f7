import { type HostFacts, hostService, onHosts } from '../facts/hosts.ts'

/** What cures a cause on a host. */
export type HostRemedy = 'restart_service' | 'free_disk' | 'restore_configuration' | 'end_process'

interface Repair {
  action: 'run_remediation'
  arguments: { host: string; remedy: string; subject: string }
  reason: string
}

const repair = (host: string, remedy: string, subject: string, reason: string): Repair => ({
  action: 'run_remediation',
  arguments: { host, remedy, subject },
  reason,
})

/** On which host and with what; undefined where the readings name nothing. */
export const HOST_MAKERS: Record<HostRemedy, (facts: HostFacts) => Repair | undefined> = {
  restart_service(facts) {
    const found = hostService(facts)
    if (!found || found.state === 'active') return undefined
    return repair(
      found.host,
      'restart_service',
      found.service,
      `${found.service} is ${found.state} on ${found.host}; it has to be started again.`,
    )
  },
  free_disk(facts) {
    const files = onHosts(facts, 'files')
    const [largest] = files.kind === 'seen' ? files.value.toSorted((a, b) => b.kilobytes - a.kilobytes) : []
    if (!largest) return undefined
    const remedy = largest.kind === 'log' ? 'rotate_log' : 'clear_cache'
    return repair(largest.host, remedy, largest.path, `${largest.path} holds the most that may go: ${largest.kilobytes} KB.`)
  },
  restore_configuration(facts) {
    const configurations = onHosts(facts, 'configurations')
    const changed = configurations.kind === 'seen' ? configurations.value.find(({ differs }) => differs) : undefined
    return changed && repair(changed.host, 'restore_configuration', changed.file, `The saved copy of ${changed.file} worked.`)
  },
  end_process(facts) {
    const processes = onHosts(facts, 'processes')
    const services = onHosts(facts, 'services')
    if (processes.kind !== 'seen' || services.kind !== 'seen') return undefined
    const own = new Set(services.value.map(({ main_pid }) => main_pid))
    const [busiest] = processes.value
      .filter(({ pid, user }) => !own.has(pid) && user !== 'root')
      .toSorted((a, b) => b.cpu_percent - a.cpu_percent)
    return (
      busiest && repair(busiest.host, 'end_process', String(busiest.pid), `${busiest.command} uses ${busiest.cpu_percent} % of a core.`)
    )
  },
}
