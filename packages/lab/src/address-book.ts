import { CliError } from './cli-error.ts'

/** The lab's ports at offset 0; everything that needs a port asks the address book. */
const BASE_PORTS = {
  processManager: 7070,
  firstInstance: 8001,
  lastInstance: 8010,
  console: 8087,
  agent: 8088,
  standIns: 8089,
  rulesModel: 8090,
  gateway: 8091,
  kubernetes: 8092,
  /** SSH of the machine `web-prod-01`. */
  host: 8093,
  mail: 8094,
  /** The web server of that machine. */
  hostWeb: 8095,
  loadBalancer: 9000,
  prometheus: 9090,
  alertmanager: 9093,
  postgres: 15_432,
} as const

type PortName = keyof typeof BASE_PORTS

/** How many instances of inventory the ports allow. */
export const MAX_REPLICAS = BASE_PORTS.lastInstance - BASE_PORTS.firstInstance + 1

/** The greatest offset that keeps every port of the lab below 65,536. */
export const MAX_PORT_OFFSET = 50_000

/** Where everything listens: all on 127.0.0.1, every port shifted by the same offset. */
export interface AddressBook {
  offset: number
  ports: Record<PortName, number>
  /** `http://127.0.0.1:<port>`, without a trailing slash. */
  url(name: PortName): string
  /** The port that takes the place of `port` (a port of offset 0); null when `port` is none of the lab's. */
  shift(port: number): number | null
}

/** @throws CliError when the offset is no integer from 0 to 50,000. */
export function createAddressBook(offset: number): AddressBook {
  if (!Number.isInteger(offset) || offset < 0 || offset > MAX_PORT_OFFSET)
    throw new CliError(`The port offset must be an integer from 0 to ${MAX_PORT_OFFSET}, got ${offset}.`)
  const ports = Object.fromEntries(Object.entries(BASE_PORTS).map(([name, port]) => [name, port + offset])) as Record<PortName, number>
  const known = (port: number) =>
    Object.values<number>(BASE_PORTS).includes(port) || (port >= BASE_PORTS.firstInstance && port <= BASE_PORTS.lastInstance)
  return {
    offset,
    ports,
    url: (name) => `http://127.0.0.1:${ports[name]}`,
    shift: (port) => (known(port) ? port + offset : null),
  }
}
