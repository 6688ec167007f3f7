import { readdirSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'

/** Processes, zombies left out, whose environment names that directory: a process manager, its reaper and its instances. Linux only. */
export function processesOf(directory: string): number[] {
  return pids().filter((pid) => environment(pid).includes(`LOG_DIR=${directory}`))
}

/** A process and all its descendants, zombies too, whatever their environment. Linux only. */
export function familyOf(pid: number): number[] {
  const parents = new Map(pids().map((one) => [one, stateOf(one).parent]))
  const family = [pid]
  // Grows while it is walked.
  for (const member of family) family.push(...[...parents].filter(([, parent]) => parent === member).map(([child]) => child))
  return family
}

/** Of `processesOf` the instances. */
export function instancesOf(directory: string): number[] {
  return processesOf(directory).filter((pid) => environment(pid).some((entry) => entry.startsWith('INSTANCE_ID=')))
}

/** Children of a process that ended and were not waited for. */
export function zombiesOf(parent: number): number[] {
  return pids().filter((pid) => {
    const { state, parent: parentPid } = stateOf(pid)
    return state === 'Z' && parentPid === parent
  })
}

/** Those of the ports on which somebody listens. */
export async function heldPorts(first: number, last: number): Promise<number[]> {
  const ports = Array.from({ length: last - first + 1 }, (_, index) => first + index)
  const held = await Promise.all(ports.map(isHeld))
  return ports.filter((_, index) => held[index])
}

function isHeld(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    }).on('error', () => resolve(false))
  })
}

function stateOf(pid: number): { state: string | undefined; parent: number } {
  // What follows the name, which may hold anything.
  const [state, parent] = read(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ') ?? []
  return { state, parent: Number(parent) }
}

function environment(pid: number): string[] {
  return read(`/proc/${pid}/environ`).split('\0')
}

function pids(): number[] {
  return readdirSync('/proc').map(Number).filter(Number.isInteger)
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return '' // Gone, or another user's.
  }
}
