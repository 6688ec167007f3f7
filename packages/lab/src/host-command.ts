import { HOST_BREAKAGES, type HostState } from '@oncall-lab/stand-ins/api'
import type { Command } from 'commander'
import { request } from 'undici'
import { CliError } from './cli-error.ts'
import { commandFor } from './command-line.ts'
import type { Lab } from './lab.ts'

type Breakage = (typeof HOST_BREAKAGES)[number]

/** What each does, for the help. */
const SAYS: Record<Breakage, string> = {
  nginx: 'kills its web server, which nothing starts again',
  disk: 'fills its disk with a log, so that its page answers 500',
  config: 'writes a directive into nginx.conf that does not exist, and restarts the web server',
  cpu: 'starts a process that uses up most of a core, for ten minutes at most',
}
const ANSWER_WITHIN_MS = 20_000

/** Adds the arguments and the action of `lab host`. */
export function addHost(command: Command, openLab: (offset: number) => Lab, say: (line: string) => void): void {
  command
    .argument('[what]', 'break or mend; without it the present state')
    .argument('[breakage]', HOST_BREAKAGES.join(', '))
    .addHelpText('after', ['', 'lab host break:', ...HOST_BREAKAGES.map((name) => `  ${name.padEnd(8)} ${SAYS[name]}`)].join('\n'))
    .action(async (what: string | undefined, breakage: string | undefined, { portOffset }: { portOffset: number }) => {
      const lab = openLab(portOffset)
      if (what === undefined) return say(describe(await ask(lab, 'GET', '')))
      if (what === 'mend') return say(describe(await mendHost(lab)))
      const known = HOST_BREAKAGES.find((each) => each === breakage)
      if (what !== 'break' || !known) throw new CliError(`Expected break ${HOST_BREAKAGES.join('|')}, or mend.`)
      say(describe(await breakHost(lab, known)))
    })
}

/** Breaks the machine. @throws CliError when none runs. */
export function breakHost(lab: Lab, what: Breakage): Promise<HostState> {
  return ask(lab, 'POST', '/break', { what })
}

/** Puts the machine right again. @throws CliError when none runs. */
export function mendHost(lab: Lab): Promise<HostState> {
  return ask(lab, 'POST', '/mend', {})
}

async function ask(lab: Lab, method: 'GET' | 'POST', path: string, body?: object): Promise<HostState> {
  const url = `${lab.book.url('standIns')}/stand-ins/host${path}`
  const send = body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  const answer = await request(url, { method, signal: AbortSignal.timeout(ANSWER_WITHIN_MS), ...send }).catch(() => undefined)
  if (answer?.statusCode === 200) return (await answer.body.json()) as HostState // The route's schema.
  throw new CliError(`No machine runs in this lab. Start one:  ${commandFor(lab, 'up --detach --hosts')}`)
}

const describe = ({ host, service, ssh_port, page }: HostState) =>
  `${host}: nginx is ${service}; its page is ${page}, SSH on port ${ssh_port}.`
