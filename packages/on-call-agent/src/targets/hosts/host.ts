import { LabError } from '@oncall-lab/service-kit/errors'
import type { Incident } from '../../api.ts'
import { notSeen } from '../target.ts'
import type { HostClient, Ran } from './client.ts'
import { commandOf } from './commands.ts'
import type { HostEntry } from './settings.ts'

/** A configured host. */
export interface Host {
  name: string
  entry: HostEntry
  client: HostClient
}

/** More are not looked at for one incident. */
const MOST_HOSTS = 5
const NAMING_LABELS = ['target', 'host', 'hostname', 'instance', 'ip_address', 'node']

/** The hosts that an incident is about: those that its alerts name, or that its service is the name of, else those that run its service. */
export function findHosts(hosts: readonly Host[], { service, alerts }: Incident): Host[] {
  const named = new Set(alerts.flatMap(({ labels }) => NAMING_LABELS.flatMap((label) => labels[label] ?? [])).map(bareName))
  const byName = hosts.filter(({ name, entry }) => named.has(name) || named.has(entry.address) || service === name)
  const byService = hosts.filter(({ entry }) => entry.services.includes(service))
  return (byName.length > 0 ? byName : byService).slice(0, MOST_HOSTS)
}

/** Without port and domain, but for an address. */
function bareName(text: string): string {
  const host = text.toLowerCase().replace(/:\d+$/, '')
  return /^[\d.]+$/.test(host) ? host : (host.split('.')[0] ?? host)
}

/** @throws LabError `not_seen` */
export function requireHosts(hosts: readonly Host[], incident: Incident): Host[] {
  const found = findHosts(hosts, incident)
  if (found.length > 0) return found
  const services = hosts.flatMap(({ entry }) => entry.services)
  throw notSeen(incident.service, `The hosts run ${services.join(', ') || 'no service that is listed'}`)
}

/** The host that a model names: only one that the incident is about. @throws LabError `not_seen` */
export function requireHost(hosts: readonly Host[], incident: Incident, name: string): Host {
  const found = requireHosts(hosts, incident)
  const host = found.find((each) => each.name === name)
  if (host) return host
  throw new LabError(`This incident is about ${found.map((each) => each.name).join(', ')}, not about ${JSON.stringify(name)}`, {
    code: 'not_seen',
    status: 404,
  })
}

/** Runs one of our own forms. @throws UpstreamError */
export function runForm({ client, entry }: Host, form: string[], options: { seconds?: number; signal: AbortSignal }): Promise<Ran> {
  return client.run(commandOf(form, entry).argv, options)
}
