import { resolve } from 'node:path'
import { Command, InvalidArgumentError, Option } from 'commander'
import { compare } from './commands/compare.ts'
import { injectDrill, restoreLab } from './commands/inject.ts'
import { listDrills } from './commands/list.ts'
import { writeNewDrill } from './commands/new-drill.ts'
import { playRun } from './commands/play-run.ts'
import { proveDrills } from './commands/prove.ts'
import { replayCapsule } from './commands/replay.ts'
import { showReport } from './commands/show-report.ts'
import { validateDrills } from './commands/validate.ts'
import { CONTENDERS } from './contenders/contenders.ts'
import { loadDrills, OWN_DRILLS } from './load-drills.ts'
import { selectDrills } from './select-drills.ts'

/** What the command line works with. */
export interface Surroundings {
  env: Record<string, string | undefined>
  say: (line: string) => void
  /** For what is about the work and not its result. */
  note: (line: string) => void
  stopSignal: () => AbortSignal
}

interface Folders {
  drills?: string
}

/** Of the first lab of several, which lie above it. */
const MOST_OFFSET = 45_000

/** The command line of `pnpm drill` and `./lab drill`. */
export function buildCli(around: Surroundings): Command {
  const { say, env } = around
  const cli = new Command('drill').description('Faults with a known truth: breaks a lab, lets an agent answer the page, and grades it.')
  cli.showHelpAfterError('Add --help to see what there is.')
  const command = (name: string, description: string) =>
    cli.command(name).description(description).option('--drills <folder>', 'drills of your own beside those of the repository')
  const load = ({ drills }: Folders) => loadDrills([OWN_DRILLS, ...(drills ? [resolve(drills)] : [])])

  command('list', 'list the drills, and what each is about')
    .option('--json', 'for programs')
    .action(async (options: Folders & { json?: true }) => say(listDrills(await load(options), options.json === true)))

  command('validate', 'check drills: their files, and that the grader refuses what it should and takes what it should')
    .argument('[drills...]', 'ids, names, smoke, hard, all', ['all'])
    .action(async (wanted: string[], options: Folders) => say(validateDrills(selectDrills(await load(options), wanted))))

  cli
    .command('new')
    .description('write the file of a new drill, to be filled in')
    .argument('<id>', 'a number', integer(1, 999))
    .argument('<name>', 'in kebab case')
    .option('--drills <folder>', 'where it goes', '.')
    .action((id: number, name: string, { drills = '.' }: Folders) => say(writeNewDrill(resolve(drills), id, name)))

  command('run', 'play drills, each in a lab of its own, and grade the answers')
    .argument('[drills...]', 'ids, names, smoke, hard, all', ['smoke'])
    .addOption(
      new Option('--agents <list>', `who is paged: ${CONTENDERS.map(({ name }) => name).join(', ')}, baselines, everybody`).default('lab'),
    )
    .option('--agent <url>', 'page an agent of yours: it gets the webhook message of Alertmanager (docs/drills.md)')
    .addOption(number('--seed <n>', 'what the drills leave open is chosen by it', 0, 1_000_000, 1))
    .addOption(number('--runs <n>', 'how often each is played, each time with the next seed', 1, 20, 1))
    .addOption(number('--parallel <n>', 'labs at a time', 1, 8, 1))
    .addOption(
      number('--port-offset <n>', 'of the first lab; the others are 500 apart', 0, MOST_OFFSET, usualOffset(env, MOST_OFFSET, 20_000)),
    )
    .option('--capsules', 'keep each run as one file that `drill replay` plays again')
    .option('--json', 'end with one line of figures')
    .option('--least-verified <share>', 'fail when the lab agent has less than this share of Verified Resolve', share)
    .action(async (wanted: string[], options: RunFlags) => {
      const drills = selectDrills(await load(options), wanted)
      await playRun({ ...options, chosen: drills }, around)
    })

  command('prove', 'switch a cause off, on and off in a shadow lab: is it the cause?')
    .argument('<drills...>', 'ids or names')
    .option(
      '--claim <toggle>',
      'what is said to be the cause: r6, r6:one, inventory.BADGES=on, fault:max_connections, scale=1 (the own break of the drill)',
    )
    .addOption(number('--seed <n>', 'as of `drill run`', 0, 1_000_000, 1))
    .addOption(number('--port-offset <n>', 'of the shadow lab', 0, MOST_OFFSET, usualOffset(env, MOST_OFFSET, 20_000)))
    .option('--json', 'a line of JSON for each')
    .action(async (wanted: string[], options: ProveFlags) => {
      const { drills: _folder, ...flags } = options
      await proveDrills({ ...flags, drills: selectDrills(await load(options), wanted) }, around)
    })

  command('inject', 'break a lab that runs, as a drill would, and say what to watch; `restore` ends it')
    .argument('<drill>')
    .addOption(number('--seed <n>', 'what the drill leaves open is chosen by it', 0, 1_000_000, 1))
    .addOption(portOffset(env))
    .action(async (wanted: string, options: Folders & { seed: number; portOffset: number }) => {
      const [drill] = selectDrills(await load(options), [wanted])
      if (drill) await injectDrill(drill, options, around)
    })
  cli
    .command('restore')
    .description('bring a lab back to what it was: no faults, usual settings, the first release')
    .addOption(portOffset(env))
    .action((options: { portOffset: number }) => restoreLab(options, around))

  for (const [name, description] of [
    ['grade', 'grade a run again from its records'],
    ['report', 'the report card of one or several runs; --html writes it as one page'],
  ] as const)
    command(name, description)
      .argument('[runs...]', 'names of runs in .lab/drills, or paths', ['latest'])
      .option('--json', 'end with one line of figures')
      .option('--html <file>', 'write the report card as one self-contained page')
      .action(async (runs: string[], options: Folders & { json?: true; html?: string }) =>
        say(showReport(await load(options), runs, options)),
      )

  command('replay', 'play a capsule again without a lab: the verdict has to be the same')
    .argument('<capsule>', 'a file that `drill run --capsules` wrote')
    .option('--change <cause>', 'write another cause into the diagnosis of the model: the verdict has to change')
    .option('--results', 'let the model of OPENAI_BASE_URL answer, or without one the embedded model, on the results of the capsule')
    .addOption(
      new Option('--fork <turn>', 'from this turn on let the model of OPENAI_BASE_URL answer, or without one the embedded model').argParser(
        integer(1, 999),
      ),
    )
    .addOption(
      number(
        '--later <seconds>',
        'ask the stored figures anew, as if it had been looked so much later; the other results as they were',
        0,
        60,
      ),
    )
    .option('--query <promql>', 'ask the stored figures something instead, as of the time of the diagnosis')
    .addOption(
      number('--port-offset <n>', 'of the agent and the Prometheus that it needs', 0, MOST_OFFSET, usualOffset(env, MOST_OFFSET, 20_000)),
    )
    .action(async (file: string, options: Folders & Parameters<typeof replayCapsule>[2]) =>
      replayCapsule(await load(options), file, options, around),
    )

  command('compare', 'what one run won and lost against another, by name')
    .argument('<before>')
    .argument('<after>')
    .action(async (before: string, after: string, options: Folders) => say(compare(await load(options), before, after)))
  return cli
}

interface ProveFlags extends Folders {
  claim?: string
  seed: number
  portOffset: number
  json?: true
}

/** As commander gives them. */
export interface RunFlags extends Folders {
  agents: string
  agent?: string
  seed: number
  runs: number
  parallel: number
  portOffset: number
  capsules?: true
  json?: true
  leastVerified?: number
}

function portOffset(env: Surroundings['env']): Option {
  return number('--port-offset <n>', 'of the lab that runs (LAB_PORT_OFFSET)', 0, 50_000, usualOffset(env, 50_000, 0))
}

function number(flags: string, description: string, least: number, most: number, usual?: number): Option {
  return new Option(flags, description).argParser(integer(least, most)).default(usual)
}

/** LAB_PORT_OFFSET where it is set. */
function usualOffset({ LAB_PORT_OFFSET: given }: Surroundings['env'], most: number, usual: number): number {
  return given ? integer(0, most, 'LAB_PORT_OFFSET ')(given) : usual
}

function integer(least: number, most: number, name = ''): (text: string) => number {
  return (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
    if (value >= least && value <= most) return value
    throw new InvalidArgumentError(`${name}must be an integer from ${least} to ${most}, got ${JSON.stringify(text)}.`)
  }
}

function share(text: string): number {
  const value = Number(text)
  if (value >= 0 && value <= 1) return value
  throw new InvalidArgumentError(`must be a number from 0 to 1, got ${JSON.stringify(text)}.`)
}
