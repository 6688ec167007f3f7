import { everyPartAnswers } from './answering-lab.ts'
import { awaitRun } from './await-run.ts'
import { findBusyPorts, portsOf } from './busy-ports.ts'
import { CliError } from './cli-error.ts'
import type { Lab } from './lab.ts'
import { readRunFile } from './run-file.ts'

const DOWN_WITHIN_MS = 12_000

/** `lab down`: asks the supervising process to end everything, waits, and looks that the ports are free. @throws CliError when something is left. */
export async function runDown(lab: Lab, say: (line: string) => void): Promise<void> {
  const { directory, book } = lab
  const run = readRunFile(directory.runFile)
  if (!run && (await everyPartAnswers(lab)))
    throw new CliError('A lab answers here that was not started from this directory (containers, or another checkout): end it there.')
  if (!run) {
    say(`No lab runs at port offset ${book.offset}.`)
    return
  }
  say(`Taking the lab down (pid ${run.pid}).`)
  process.kill(run.pid, 'SIGTERM')
  const left = await awaitRun(directory.runFile, (present) => present === null, DOWN_WITHIN_MS)
  if (left)
    throw new CliError(`The lab (pid ${left.pid}) is still there after ${DOWN_WITHIN_MS / 1000} s; its log: ${directory.logs}/lab.log`)
  const busy = await findBusyPorts(portsOf(run.parts))
  if (busy.length)
    throw new CliError(`The lab is down, and these ports are still held: ${busy.map(({ port, name }) => `${port} (${name})`).join(', ')}`)
  say('Everything is down; the ports are free.')
}
