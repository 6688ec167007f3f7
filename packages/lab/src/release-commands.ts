import type { DeployResult, ReleaseList } from '@oncall-lab/process-manager/api'
import { type Command, InvalidArgumentError } from 'commander'
import { askFleet } from './ask-fleet.ts'
import { CliError } from './cli-error.ts'
import type { Lab } from './lab.ts'

/** Ten instances, one after the other, on a busy machine. */
const DEPLOY_WITHIN_MS = 600_000

type OpenLab = (offset: number) => Lab
type Say = (line: string) => void
interface Options {
  portOffset: number
  json?: true
}

/** Adds the action of `lab releases`. */
export function addReleases(command: Command, openLab: OpenLab, say: Say): void {
  command.option('--json', 'the answer as it is, for programs').action(async ({ portOffset, json }: Options) => {
    const list = await askFleet<ReleaseList>(openLab(portOffset), '/releases')
    say(json ? JSON.stringify(list, null, 2) : describeReleases(list))
  })
}

/** Adds the arguments and the action of `lab deploy`. */
export function addDeploy(command: Command, openLab: OpenLab, say: Say): void {
  command
    .argument('<release>', 'one that `lab releases` lists, such as r3')
    .option('--ports <list>', 'only these instances, e.g. 8001,8002', readPorts)
    .option('--json', 'the answer as it is, for programs')
    .action(async (release: string, { portOffset, ports, json }: Options & { ports?: number[] }) => {
      const lab = openLab(portOffset)
      const body = { release, ...(ports && { ports }) }
      const result = await askFleet<DeployResult>(lab, '/deploy', { body, withinMs: DEPLOY_WITHIN_MS })
      if (!result.ok) throw new CliError(json ? JSON.stringify(result, null, 2) : describeStop(result))
      say(json ? JSON.stringify(result, null, 2) : `${release} (${result.commit.slice(0, 7)}) runs on ${result.deployed.join(', ')}.`)
    })
}

/** One line a release, newest first, with the commits that it adds below it. */
function describeReleases({ current, releases }: ReleaseList): string {
  return releases
    .toReversed()
    .flatMap(({ release, commit, from, commits, ran_well, ports }) => {
      const where = ports.length > 0 ? `on ${ports.join(', ')}` : release === current ? 'for new instances' : ''
      const head = [
        release.padEnd(4),
        commit.slice(0, 7),
        `from ${from ?? 'nothing'}`.padEnd(12),
        ran_well ? 'ran well' : '        ',
        where,
      ]
      const lines = commits.map(({ at, author, title }) => `       ${at.slice(0, 10)}  ${author.padEnd(13)}  ${title}`)
      return [head.join('  ').trimEnd(), ...lines]
    })
    .join('\n')
}

function describeStop({ release, failed, deployed, remaining }: DeployResult): string {
  const left = remaining.length > 0 ? ` ${remaining.join(', ')} were left as they were.` : ''
  const done = deployed.length > 0 ? ` ${deployed.join(', ')} run it.` : ''
  return `The deploy of ${release} stopped at ${failed?.port}: ${failed?.reason}.${done}${left}`
}

/** A commander parser for ports with commas between them. */
export function readPorts(text: string): number[] {
  const ports = text.split(',').map(Number)
  if (ports.every((port) => Number.isInteger(port) && port > 0)) return ports
  throw new InvalidArgumentError('Expected ports with commas between them, such as 8001,8002.')
}
