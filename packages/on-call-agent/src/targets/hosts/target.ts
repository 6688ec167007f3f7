import { accessSync, constants } from 'node:fs'
import { ConfigError } from '@oncall-lab/service-kit/config'
import { defineConnector } from '../../connector.ts'
import type { Target } from '../target.ts'
import { runRemediation } from './actions/run-remediation.ts'
import { bundledLooks } from './bundled-looks.ts'
import { checkHost } from './check-host.ts'
import { createHostClient } from './client.ts'
import { hostGauges } from './gauges.ts'
import { findHosts, type Host } from './host.ts'
import { runDiagnostic } from './run-diagnostic.ts'
import { hostsSettings, readHosts } from './settings.ts'

/** Machines reached over SSH: their services, disks and processes. */
export const hosts = defineConnector<Target, typeof hostsSettings>({
  id: 'hosts',
  settings: hostsSettings,
  connect(config) {
    const facts = { id: 'hosts', name: 'Hosts', variable: 'INFRASTRUCTURE' }
    const known = Object.entries(readHosts(config.INFRASTRUCTURE)).map(([name, entry]): Host => {
      demandKey(name, entry.key.file)
      return { name, entry, client: createHostClient({ name, entry }) }
    })
    const [first] = known
    if (!first) return { kind: 'off', about: { ...facts, kind: 'off', address: null, detail: 'no host is named' } }
    const port: Target = {
      id: 'hosts',
      sees: 'the machines of the service over SSH: services of systemd, disks, processes, logs',
      covers: async (incident) => findHosts(known, incident).length > 0,
      firstLook: [{ name: 'check_host', args: {} }],
      functions: [checkHost(known), runDiagnostic(known)],
      actions: [runRemediation(known)],
      bundled: (subject) => bundledLooks(known, subject),
      gauges: hostGauges(known),
    }
    const { address, port: number = 22 } = first.entry
    return {
      kind: 'on',
      port,
      about: { ...facts, kind: 'real', address: `ssh://${address}:${number}`, detail: known.map(({ name }) => name).join(', ') },
    }
  },
})

/** @throws ConfigError */
function demandKey(host: string, file: string): void {
  try {
    accessSync(file, constants.R_OK)
  } catch (cause) {
    throw new ConfigError(`INFRASTRUCTURE: hosts.${host}: the file ${file} with its key cannot be read`, { cause })
  }
}
