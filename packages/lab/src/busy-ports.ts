import { connect, createServer } from 'node:net'
import { type AddressBook, MAX_PORT_OFFSET } from './address-book.ts'
import { CliError } from './cli-error.ts'
import { findPortHolder } from './port-holder.ts'

/** A port that the lab needs, and what for. */
export interface NeededPort {
  port: number
  name: string
}

/** The ports of those that listen somewhere. */
export function portsOf(parts: { name: string; port: number | null }[]): NeededPort[] {
  return parts.flatMap(({ name, port }) => (port === null ? [] : [{ name, port }]))
}

/** The needed ports that somebody holds. */
export async function findBusyPorts(needed: NeededPort[]): Promise<NeededPort[]> {
  const busy = await Promise.all(needed.map(async ({ port }) => (await accepts(port)) || !(await canListen(port))))
  return needed.filter((_, index) => busy[index])
}

/** @throws CliError that names every busy port, the process that holds it, and the ways out. */
export async function demandFreePorts(needed: NeededPort[], { offset }: Pick<AddressBook, 'offset'>): Promise<void> {
  const busy = await findBusyPorts(needed)
  if (busy.length === 0) return
  const lines = await Promise.all(
    busy.map(async ({ port, name }) => {
      const holder = await findPortHolder(port)
      const who = holder ? `pid ${holder.pid} (${shorten(holder.command)})` : 'a process that this user cannot see'
      return `  ${port} (${name}) is held by ${who}`
    }),
  )
  throw new CliError(
    `${busy.length === 1 ? 'A port that the lab needs is' : `${busy.length} ports that the lab needs are`} taken; nothing was started.
${lines.join('\n')}
End ${busy.length === 1 ? 'that process' : 'those processes'}, or run the lab beside: add  --port-offset ${(offset + 10_000) % MAX_PORT_OFFSET}  to this command and to every later one.`,
  )
}

function shorten(command: string): string {
  return command.length <= 100 ? command : `${command.slice(0, 99)}…`
}

/** A listener on another address of this machine (0.0.0.0, [::]) does not keep us from listening everywhere, but would answer for us. */
function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: 500 })
    const settle = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', () => settle(true))
    socket.once('timeout', () => settle(true)) // A full backlog: somebody is there.
    socket.once('error', () => settle(false))
  })
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)))
  })
}
