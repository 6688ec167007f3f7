import { describeError, LabError } from '@oncall-lab/service-kit/errors'
import { CommanderError } from 'commander'
import { CliError } from './cli-error.ts'
import { StopRequested } from './stop-signal.ts'

/** Runs a command, tells what went wrong in words, and returns the exit status of the process. */
export async function exitStatus(command: () => Promise<unknown>): Promise<number> {
  try {
    await command()
    return 0
  } catch (error) {
    const { text, status } = explain(error)
    if (text) console.error(text)
    return status
  }
}

function explain(error: unknown): { text: string; status: number } {
  if (error instanceof CliError) return { text: error.message, status: error.exitCode }
  const stop = stopIn(error)
  if (stop) return { text: `Stopped (${stop.message}); everything is down.`, status: stop.exitCode }
  if (error instanceof CommanderError) return { text: error.message, status: 1 }
  if (error instanceof LabError) return { text: describeError(error), status: 1 }
  if (isAboutFile(error)) return { text: `${error.path} cannot be used: ${error.message}`, status: 1 }
  return { text: error instanceof Error && error.stack ? error.stack : describeError(error), status: 1 }
}

/** What waits with a signal ends with an error of its own, whose cause is the signal's. */
function stopIn(error: unknown): StopRequested | undefined {
  if (error instanceof StopRequested) return error
  return error instanceof Error ? stopIn(error.cause) : undefined
}

/** The operating system's refusal of a file that a person named: its message names the reason and the call. */
function isAboutFile(error: unknown): error is NodeJS.ErrnoException & { path: string } {
  return error instanceof Error && 'syscall' in error && 'path' in error && typeof error.path === 'string'
}
