import { setTimeout } from 'node:timers/promises'
import type { Command } from 'commander'
import { CliError } from './cli-error.ts'
import { commandFor } from './command-line.ts'
import type { Lab } from './lab.ts'
import { holdPart, releasePart } from './part-hold.ts'
import { type LabRun, readRunFile } from './run-file.ts'

/** Has a way of its own to be stopped in order, and must not lose what it was told to keep. */
const DATABASE = 'postgres'
const READY_WITHIN_MS = 60_000
const LOOK_EVERY_MS = 100

type OpenLab = (offset: number) => Lab
type Say = (line: string) => void
interface Options {
  portOffset: number
}

/** Adds the argument and the action of `lab kill`. */
export function addKill(command: Command, openLab: OpenLab, say: Say, seconds: (text: string) => number): void {
  command
    .argument('<part>', 'as lab status names it, e.g. load-balancer')
    .option('--ttl-seconds <seconds>', 'how long it stays down, 1 to 900', seconds, 120)
    .action(async (name: string, { portOffset, ttlSeconds }: Options & { ttlSeconds: number }) => {
      const lab = openLab(portOffset)
      const { pid } = find(lab, name)
      holdPart(lab.directory.state, name, ttlSeconds)
      if (pid !== null) process.kill(pid, 'SIGKILL')
      say(`${name} is killed. It stays down for ${ttlSeconds} s, or until:  ${commandFor(lab, `start ${name}`)}`)
    })
}

/** Adds the argument and the action of `lab start`. */
export function addStart(command: Command, openLab: OpenLab, say: Say): void {
  command.argument('<part>', 'as lab status names it').action(async (name: string, { portOffset }: Options) => {
    const lab = openLab(portOffset)
    find(lab, name)
    releasePart(lab.directory.state, name)
    for (const deadline = Date.now() + READY_WITHIN_MS; Date.now() < deadline; await setTimeout(LOOK_EVERY_MS))
      if (find(lab, name).state === 'ready') return say(`${name} is ready.`)
    throw new CliError(`${name} was not ready within ${READY_WITHIN_MS / 1_000} s; its log: ${lab.directory.logs}/${name}.log`)
  })
}

/** @throws CliError when no lab runs from here, or has no such part. */
function find({ book, directory }: Lab, name: string): LabRun['parts'][number] {
  const run = readRunFile(directory.runFile)
  if (!run) throw new CliError(`No lab that was started from this directory runs at port offset ${book.offset}.`)
  const parts = run.parts.filter((part) => part.name !== DATABASE)
  const found = parts.find((part) => part.name === name)
  if (found) return found
  const hint = name === DATABASE ? '; the database is stopped with the fault db_down' : ''
  throw new CliError(`There is no part ${JSON.stringify(name)}; there are ${parts.map((part) => part.name).join(', ')}${hint}.`)
}
