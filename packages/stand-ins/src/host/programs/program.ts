import type { Breakages } from '../breakages.ts'
import type { Machine } from '../machine.ts'
import type { Unit } from '../unit.ts'

/** What a program of the machine works on. */
export interface Surroundings {
  machine: Machine
  unit: Unit
  breakages: Pick<Breakages, 'busyPid'>
  /** Where the web server and the SSH server listen. */
  ports: { web: number; ssh: number }
}

export interface Output {
  code: number
  stdout?: string
  stderr?: string
}

/** One program in `/usr/bin` of the machine. */
export type Program = (args: string[], surroundings: Surroundings) => Output | Promise<Output>

export const says = (stdout: string): Output => ({ code: 0, stdout })
export const fails = (stderr: string, code = 1): Output => ({ code, stderr: `${stderr}\n` })

/** Of `-n 20` or `-n20`. */
export function optionOf(args: string[], flag: string): string | undefined {
  const at = args.indexOf(flag)
  return at >= 0 ? args[at + 1] : args.find((each) => each.startsWith(flag) && each.length > flag.length)?.slice(flag.length)
}

/** What is no option. */
export const operands = (args: string[]) => args.filter((each) => !each.startsWith('-'))
