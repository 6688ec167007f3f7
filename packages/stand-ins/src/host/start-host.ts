import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createBreakages } from './breakages.ts'
import { loadKeys } from './keys.ts'
import { openMachine } from './machine.ts'
import { MACHINE, PLACES, SERVICE } from './places.ts'
import { startSshServer, USER } from './ssh-server.ts'
import { createUnit } from './unit.ts'

export interface HostOptions {
  /** For the machine, its keys and the file that tells the agent of it. */
  directory: string
  host: string
  sshPort: number
  /** Where its web server listens. */
  webPort: number
  /** Further parts of the infrastructure file, such as clusters. */
  others?: object
  now?: () => number
  onLine?: (line: string) => void
}

/** Starts the machine: its web server, its SSH server, and the file that INFRASTRUCTURE names. Everything ends with it. */
export async function startHost({ directory, host, sshPort, webPort, others = {}, now = Date.now, onLine }: HostOptions) {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const keys = loadKeys(directory)
  const machine = openMachine(join(directory, MACHINE), { webPort, now })
  const unit = createUnit(machine)
  const breakages = createBreakages(machine, unit)
  const ports = { web: webPort, ssh: sshPort }
  const [ssh] = await Promise.all([
    startSshServer({ host, port: sshPort, keys, surroundings: { machine, unit, breakages, ports }, ...(onLine && { onLine }) }),
    unit.start(),
  ])
  ports.ssh = ssh.port
  const infrastructure = join(directory, 'infrastructure.json')
  const entry = entryOf({
    address: isEveryAddress(host) ? '127.0.0.1' : host,
    port: ssh.port,
    webPort,
    key: keys.agent.file,
    hostKey: keys.host.public,
  })
  writeFileSync(infrastructure, JSON.stringify({ ...others, hosts: { [MACHINE]: entry } }, null, 2))
  return {
    machine,
    unit,
    breakages,
    ports,
    infrastructure,
    entry,
    async [Symbol.asyncDispose]() {
      await ssh[Symbol.asyncDispose]()
      await breakages[Symbol.asyncDispose]()
      await unit[Symbol.asyncDispose]()
    },
  }
}
const isEveryAddress = (host: string) => host === '0.0.0.0' || host === '::'

export type RunningHost = Awaited<ReturnType<typeof startHost>>

interface Reach {
  address: string
  port: number
  webPort: number
  key: string
  hostKey: string
}

/** As the agent's target reads it, see docs/hosts.md. */
function entryOf({ address, port, webPort, key, hostKey }: Reach) {
  return {
    address,
    port,
    user: USER,
    key: { file: key },
    host_key: hostKey,
    services: [SERVICE],
    urls: [`http://127.0.0.1:${webPort}/`],
    logs: [{ file: PLACES.accessLog, rotate: PLACES.rotation }],
    caches: [PLACES.cache],
    configurations: [{ service: SERVICE, file: PLACES.configuration, saved: PLACES.saved }],
    peers: [MACHINE],
    runaway: { cpu_percent: 15, seconds: 3 },
  }
}
