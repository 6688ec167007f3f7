import type { Command } from 'commander'
import { CliError } from '../cli-error.ts'
import type { Lab } from '../lab.ts'
import { ORCHESTRATOR } from './commands.ts'

interface AskOptions {
  portOffset: number
  agent: string
}

/** Adds the argument, the options and the action of `lab ask`: one question, or a session in the terminal. */
export function addAsk(command: Command, { openLab, say }: { openLab: (offset: number) => Lab; say: (line: string) => void }): void {
  command
    .argument('[question]')
    .option('--agent <name>', 'whom to ask: one of the gateway’s agents', ORCHESTRATOR)
    .action(async (question: string | undefined, { portOffset, agent }: AskOptions) => {
      if (question?.trim() === '') throw new CliError('The question is empty; leave it out for a session in the terminal.')
      // Loaded when it is needed, so that other commands start sooner.
      const { runAsk } = await import('./run-ask.ts')
      if (!(await runAsk(openLab(portOffset), { question, agent, say }))) throw new CliError('')
    })
}
