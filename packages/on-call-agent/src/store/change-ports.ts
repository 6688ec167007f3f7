import type { StorePorts } from './ports.ts'

/** Runs a piece of work on ports of its own, now or later. */
export type RunOnPorts = <T>(work: (ports: StorePorts) => Promise<T>) => Promise<T>

type Method = (...args: unknown[]) => Promise<unknown>
type Methods = Record<string, Record<string, Method>>

/** Ports of which each call is a piece of work of its own. `like` has the methods; `choose` gives what runs a method of a port. */
export function portsThatRun(like: StorePorts, choose: (port: keyof StorePorts, method: string) => RunOnPorts): StorePorts {
  const wrapped = Object.entries(like).map(([port, methods]: [string, object]) => {
    const each = Object.keys(methods).map((method) => {
      const run = choose(port as keyof StorePorts, method) // The entries are those of the ports.
      const call: Method = (...args) => run(async (ports) => (ports as unknown as Methods)[port]?.[method]?.(...args)) // Likewise.
      return [method, call]
    })
    return [port, Object.fromEntries(each)]
  })
  return Object.fromEntries(wrapped) as StorePorts // Likewise.
}
