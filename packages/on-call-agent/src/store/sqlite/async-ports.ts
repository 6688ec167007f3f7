import type { StorePorts } from '../ports.ts'

/** A port whose methods return at once what the port's own resolve to. */
export type Synchronous<Port> = {
  [K in keyof Port]: Port[K] extends (...args: infer Args) => Promise<infer Result> ? (...args: Args) => Result : Port[K]
}

/** The six ports, synchronous. */
export type SynchronousPorts = { [Name in keyof StorePorts]: Synchronous<StorePorts[Name]> }

/** Runs a synchronous piece of work, now or later. */
export type Run = <T>(work: () => T) => Promise<T>

/** The same ports with each call given to `run`. */
export function asyncPorts(ports: SynchronousPorts, run: Run): StorePorts {
  const wrapped = Object.entries(ports).map(([name, port]) => [name, asyncPort(port, run)])
  return Object.fromEntries(wrapped) as StorePorts // The entries are those of the ports.
}

function asyncPort(port: object, run: Run): object {
  const methods = Object.entries(port).map(([name, method]: [string, (...args: unknown[]) => unknown]) => [
    name,
    (...args: unknown[]) => run(() => method(...args)),
  ])
  return Object.fromEntries(methods)
}
