import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Command } from 'commander'
import { CliError } from './cli-error.ts'
import type { Lab } from './lab.ts'
import { nodeCommand } from './parts.ts'

interface Options {
  portOffset: number
  head?: string
}

/** Adds the argument and the action of `lab audit verify`: the agent's own check of its record, on AGENT_DB or this lab's database. */
export function addAudit(command: Command, openLab: (offset: number) => Lab): void {
  command
    .argument('<verify>', 'the word `verify`')
    .option('--head <number:hash>', 'a head that an earlier check printed: shows that nothing was cut off since')
    .action(async (what: string, { portOffset, head }: Options) => {
      if (what !== 'verify') throw new CliError(`lab audit knows only "verify", got ${JSON.stringify(what)}.`)
      const { directory, env } = openLab(portOffset)
      const [node, ...args] = nodeCommand(directory.root, 'packages/on-call-agent/src/audit-main.ts')
      const child = spawn(node, [...args, ...(head === undefined ? [] : ['--head', head])], {
        cwd: directory.root,
        env: { ...process.env, AGENT_DB: env.AGENT_DB || directory.agentDb },
        stdio: 'inherit',
      })
      const [status] = await once(child, 'exit')
      // It has said what is wrong.
      if (status !== 0) throw new CliError('', { exitCode: Number(status ?? 2) })
    })
}
