import { connect, createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { AddressBook } from './address-book.ts'
import { CliError } from './cli-error.ts'
import { findPortHolder, firstEphemeralPort, isClosing } from './port-holder.ts'

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

/** Connections that are over keep their port for up to a minute. */
const CLOSING_FOR_MS = 65_000
const LOOK_EVERY_MS = 500

interface Waiting {
  say: (line: string) => void
  signal: AbortSignal
}

/**
 * Waits while nothing but closing connections keeps a port (TIME-WAIT).
 * @throws CliError that names every port that somebody holds, the process that does, and the ways out; the signal's reason.
 */
export async function demandFreePorts(needed: NeededPort[], { offset }: Pick<AddressBook, 'offset'>, wait: Waiting): Promise<void> {
  const deadline = Date.now() + CLOSING_FOR_MS
  let said = false
  for (;;) {
    const busy = await findBusyPorts(needed)
    if (busy.length === 0) return
    const closing = await Promise.all(busy.map(({ port }) => isClosing(port)))
    if (!closing.every(Boolean) || Date.now() > deadline) throw new CliError(await describeBusy(busy, needed, offset))
    if (!said) wait.say(`Waiting for connections that are closing to give up ${listPorts(busy)} (a minute at most).`)
    said = true
    await delay(LOOK_EVERY_MS, undefined, { signal: wait.signal }).catch(() => undefined)
    wait.signal.throwIfAborted()
  }
}

function listPorts(ports: NeededPort[]): string {
  return `port${ports.length === 1 ? '' : 's'} ${ports.map(({ port }) => port).join(', ')}`
}

async function describeBusy(busy: NeededPort[], needed: NeededPort[], offset: number): Promise<string> {
  const lines = await Promise.all(
    busy.map(async ({ port, name }) => {
      const holder = await findPortHolder(port)
      const who = holder ? `pid ${holder.pid} (${shorten(holder.command)})` : 'a process that this user cannot see'
      return `  ${port} (${name}) is held by ${who}`
    }),
  )
  const free = await findFreeOffset(needed, offset)
  const beside =
    free === null ? '' : `, or run the lab next to ${busy.length === 1 ? 'it' : 'them'} with  --port-offset ${free}  (on every command)`
  return `${busy.length === 1 ? 'A port that the lab needs is' : `${busy.length} ports that the lab needs are`} taken; nothing was started.
${lines.join('\n')}
Stop ${busy.length === 1 ? 'that process' : 'those processes'}${beside}.`
}

/** The first offset at which every port is free and below those that the system hands out to clients; null when there is none. */
async function findFreeOffset(needed: NeededPort[], offset: number): Promise<number | null> {
  const below = await firstEphemeralPort()
  for (const candidate of CANDIDATES.filter((other) => other !== offset)) {
    const moved = needed.map(({ name, port }) => ({ name, port: port - offset + candidate }))
    if (moved.every(({ port }) => port > 0 && port < below) && (await findBusyPorts(moved)).length === 0) return candidate
  }
  return null
}

const CANDIDATES = [10_000, 5_000, 15_000, 2_500, 12_500, 7_500, 0, 1_000, 11_000, 6_000, 16_000]

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
