import { Command, InvalidArgumentError, Option } from 'commander'
import { MAX_PORT_OFFSET, MAX_REPLICAS } from './address-book.ts'
import { addAsk } from './ask/ask-command.ts'
import { addAudit } from './audit-command.ts'
import { CliError } from './cli-error.ts'
import type { Clock } from './clock/clock.ts'
import { addCluster } from './cluster/cluster-command.ts'
import { reportToStarter, startDetached } from './detach.ts'
import { runDown } from './down.ts'
import { addFault } from './fault-command.ts'
import { addHost } from './host-command.ts'
import { addIncident } from './incident-commands.ts'
import type { Lab } from './lab.ts'
import { withDemoData, withOwnMonitoring } from './lab-directory.ts'
import type { LogEntry } from './log-entry.ts'
import { formatForPeople, formatForPrograms, readSince } from './log-format.ts'
import { showLogs } from './logs.ts'
import { openInBrowser } from './open-in-browser.ts'
import { addKill, addStart } from './part-commands.ts'
import { MOST_HELD_SECONDS } from './part-hold.ts'
import { addDeploy, addReleases } from './release-commands.ts'
import { addSet, addSettings } from './setting-commands.ts'
import { addSrebot } from './srebot/srebot-command.ts'
import { describeStatus, readStatus } from './status.ts'
import { createStopSignal } from './stop-signal.ts'
import { STORIES } from './stories/stories.ts'
import { suggest } from './suggestion.ts'
import { runUp } from './up.ts'

/** The exit status of `lab status` when no lab runs. */
const NOT_RUNNING = 3

/** The command line. `openLab` opens the lab at a port offset; `defaultOffset` is LAB_PORT_OFFSET as it was given. */
export function buildCli({ openLab, defaultOffset }: { openLab: (offset: number) => Lab; defaultOffset: string | undefined }): Command {
  const cli = new Command('lab')
    .description('Brings the on-call lab up, tells its story, takes it down.')
    .addHelpText('after', '\nThe customers have options of their own:  ./lab traffic --help')
    .showHelpAfterError('Add --help to see what there is.')
  const say = (line: string) => console.log(line)
  const command = (name: string, description: string) => {
    const made = cli.command(name).description(description).addOption(portOffset(defaultOffset))
    return made.configureOutput({ outputError: (text, write) => write(withSuggestion(text, made)) })
  }

  command('up', 'start every part and stay; Ctrl-C takes everything down')
    .option('--detach', 'return when everything is ready, and leave it running')
    .option('--open', 'open the console in the browser when everything is ready')
    .addOption(kubernetes())
    .addOption(hosts())
    .addOption(replicas())
    .addOption(traffic())
    .addOption(clock())
    .action(
      async (
        options: Offset & { detach?: true; open?: true; clock: Clock; replicas: number; traffic: number; kubernetes?: true; hosts?: true },
      ) => {
        const signal = createStopSignal({ detached: false })
        const lab = onClock(openLab(options.portOffset), options.clock)
        const { replicas, traffic, kubernetes = false, hosts = false, open } = options
        const openConsole = () => open && openInBrowser(lab.book.url('console'), say)
        if (!options.detach) return runUp(lab, { replicas, traffic, kubernetes, hosts, say, signal, onShown: openConsole })
        await startDetached(lab, { replicas, traffic, kubernetes, hosts, say, signal })
        openConsole()
      },
    )

  cli
    .command('supervise', { hidden: true })
    .addOption(portOffset(defaultOffset))
    .addOption(replicas())
    .addOption(traffic())
    .addOption(kubernetes())
    .addOption(hosts())
    .addOption(clock())
    .option('--demo', "on a demo's databases")
    .action(async (options: Offset & { clock: Clock; replicas: number; traffic: number; kubernetes?: true; hosts?: true; demo?: true }) => {
      const starter = reportToStarter()
      const signal = AbortSignal.any([createStopSignal({ detached: true }), starter.gone])
      const lab = onClock(openLab(options.portOffset), options.clock)
      const chosen = options.demo ? { ...lab, directory: withDemoData(lab.directory) } : lab
      const { replicas, traffic, kubernetes = false, hosts = false } = options
      await runUp(chosen, { replicas, traffic, kubernetes, hosts, say: starter.say, signal, onReady: starter.ready }).then(
        starter.ready,
        starter.fail,
      )
    })

  command('status', `show what runs (exit status ${NOT_RUNNING} when nothing does)`)
    .option('--json', 'for programs')
    .action(async (options: Offset & { json?: true }) => {
      const lab = openLab(options.portOffset)
      const status = await readStatus(lab)
      if (options.json) say(JSON.stringify(status, null, 2))
      else say(status.running ? await describeStatus(lab, status) : `No lab runs at port offset ${options.portOffset}.`)
      if (!status.running) throw new CliError('', { exitCode: NOT_RUNNING })
    })

  command('down', 'take everything down').action((options: Offset) => runDown(openLab(options.portOffset), say))

  command('logs', 'show the log of one part, or of all in order of time; as JSON lines where it is no terminal')
    .argument('[part]')
    .option('-f, --follow', 'go on until Ctrl-C')
    .addOption(new Option('-n, --lines <count>', 'how many of the last lines').argParser(integer(0, 100_000)).default(40))
    .option('--since <time>', 'only what is younger: 90s, 5m, 2h, or a time like 2026-01-31T12:00:00Z', since)
    .action(async (part: string | undefined, options: Offset & { follow?: true; lines: number; since?: string }) => {
      const signal = options.follow ? createStopSignal({ detached: false }) : new AbortController().signal
      const { lines, since = null, follow = false } = options
      const isTerminal = process.stdout.isTTY
      const show = (entry: LogEntry, width: number) =>
        say(isTerminal ? formatForPeople(entry, width, process.stdout) : formatForPrograms(entry))
      await showLogs(openLab(options.portOffset), { part, lines, since, follow, show, signal })
    })

  addFault(command('fault', 'break the instances of inventory or their database, or end what is broken'), openLab, say)

  addKill(
    command('kill', 'kill a part of the lab, e.g. load-balancer, and keep it down for a while'),
    openLab,
    say,
    integer(1, MOST_HELD_SECONDS),
  )
  addStart(command('start', 'start a part again that was killed'), openLab, say)
  addHost(command('host', 'break the machine web-prod-01 of `lab up --hosts`, mend it, or show how it is'), openLab, say)

  addCluster(command('cluster', 'break the cluster of `lab up --kubernetes`, mend it, or show its nodes and pods'), openLab, say)

  addReleases(command('releases', 'list the releases of the shop, what each adds, and where it runs'), openLab, say)
  addDeploy(command('deploy', 'put a release on the instances, one after the other, as long as each becomes healthy'), openLab, say)
  addSettings(command('settings', 'list the settings of the fleet that can be changed while it runs'), openLab, say)
  addSet(command('set', 'change a setting of the fleet; each change has a version and stands in GET /events'), openLab, say)

  addAudit(command('audit', 'compare what the agent holds with its record of what it stored: `lab audit verify`'), openLab)

  addIncident(cli.command('incident').description('write an incident as an archive, or show one offline'), {
    openLab,
    offset: () => portOffset(defaultOffset),
    say,
  })

  addAsk(command('ask', 'ask the agents about the systems; without a question, a session in the terminal'), { openLab, say })

  addSrebot(command('srebot', 'a watcher in five phases that knows nothing but the gateway'), { openLab, say, integer })

  command('demo', 'a whole story on a lab of its own, or on the one that runs')
    .argument('[story]', STORIES.map(({ name, about }) => `${name}: ${about}`).join('; '), STORIES[0].name)
    .option('--keep', 'leave the lab up afterwards')
    .option('--full', 'of the shop: wait for InventoryHighErrorRate itself: about two minutes longer')
    .option('--act', 'of the shop: with an action; the agent proposes, the phone allows, the figures judge')
    .option('--running', 'use the lab that runs, and do not start one')
    .action(async (story: string, options: Offset & { keep?: true; full?: true; running?: true; act?: true }) => {
      const { portOffset, keep = false, full = false, running = false, act = false } = options
      const { runDemo } = await import('./demo/demo.ts')
      await runDemo(openLab(portOffset), { story, keep, full, running, act, signal: createStopSignal({ detached: false }) })
    })

  return cli
}

/** Commander's complaint in one line, with what the person may have meant where commander sees nothing near. */
function withSuggestion(complaint: string, { options }: Command): string {
  const [, unknown] = /unknown option '(--[^']+)'\s*$/.exec(complaint) ?? []
  if (!unknown) return complaint.replace('\n(Did', ' (Did')
  return `${complaint.trimEnd()}${suggest(
    unknown,
    options.map(({ long }) => long ?? ''),
  )}\n`
}

interface Offset {
  portOffset: number
}

function portOffset(given: string | undefined): Option {
  return new Option('--port-offset <n>', 'shift every port, so that several labs live side by side (LAB_PORT_OFFSET)')
    .argParser(integer(0, MAX_PORT_OFFSET))
    .default(given ? integer(0, MAX_PORT_OFFSET)(given, 'LAB_PORT_OFFSET ') : 0)
}

function replicas(): Option {
  return new Option('--replicas <n>', 'instances of inventory at the start').argParser(integer(1, MAX_REPLICAS)).default(2)
}

/** Enough that each alert rule's least rate is passed, and that a leak of what each request leaves behind shows with three instances. */
const USUAL_TRAFFIC = 8
const MOST_TRAFFIC = 1_000

function traffic(): Option {
  return new Option('--traffic <rps>', 'requests per second of the customers that come with the lab; 0 for none')
    .argParser(integer(0, MOST_TRAFFIC))
    .default(USUAL_TRAFFIC)
}

function kubernetes(): Option {
  return new Option('--kubernetes', 'serve the Kubernetes API over the fleet, and write a kubeconfig for kubectl')
}

function hosts(): Option {
  return new Option('--hosts', 'run the machine web-prod-01, which the agent reaches over SSH')
}

function clock(): Option {
  return new Option('--clock <pace>', 'how fast the monitoring looks: usual, or fast for drills (all its times are a fifth)')
    .choices(['usual', 'fast'])
    .default('usual')
}

/** The repository's monitoring files are those of the usual clock. */
function onClock(lab: Lab, pace: Clock): Lab {
  return pace === 'fast' ? { ...lab, clock: pace, directory: withOwnMonitoring(lab.directory) } : lab
}

function since(text: string): string {
  const at = readSince(text, Date.now())
  if (at === null) throw new InvalidArgumentError('Expected 90s, 5m, 2h, 1d, or a time like 2026-01-31T12:00:00Z.')
  return at
}

/** A commander parser for integers from `least` to `most`. */
function integer(least: number, most: number): (text: string, source?: unknown) => number {
  return (text, source) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
    if (value >= least && value <= most) return value
    const name = typeof source === 'string' ? source : ''
    throw new InvalidArgumentError(`${name}must be an integer from ${least} to ${most}, got ${JSON.stringify(text)}.`)
  }
}
