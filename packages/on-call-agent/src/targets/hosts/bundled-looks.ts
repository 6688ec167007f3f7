import type { BundledLook, BundleSubject } from '../bundled-look.ts'
import { findHosts, type Host } from './host.ts'

/** Of each machine; which of its services there are, its entry says. */
const OS = ['uptime', 'free', 'ps', 'ss']
const STORAGE = ['df', 'df -i']

/** What a bundle holds of the machines of an incident: the layers `os` and `storage`, a file for each command. */
export function bundledLooks(hosts: readonly Host[], { incident }: BundleSubject): BundledLook[] {
  const found = findHosts(hosts, incident)
  if (found.length === 0) return []
  const looks = found.flatMap(({ name: host, entry }) => {
    const run =
      (layer: 'os' | 'storage') =>
      (command: string): BundledLook => ({
        layer,
        name: `${host}-${command}`.replace(/[^\w.]+/g, '-'),
        call: { name: 'run_diagnostic', args: { host, command } },
      })
    const services = entry.services.map((service) => `systemctl status ${service}`)
    return [...[...OS, ...services].map(run('os')), ...STORAGE.map(run('storage'))]
  })
  return [{ layer: 'os', name: 'check', call: { name: 'check_host', args: {} } }, ...looks]
}
