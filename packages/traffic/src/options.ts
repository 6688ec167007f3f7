import { availableParallelism } from 'node:os'
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { ARRIVALS, type ArrivalKind } from './arrivals.ts'
import { DESCRIPTION, NOTES } from './help.ts'
import { type Mix, settleMix } from './journeys/mix.ts'
import { NUMBER_FLAGS, type NumberFlag, type NumberSettings, OPEN_FLAGS, type OpenSettings } from './number-flags.ts'
import { PROFILES } from './profiles/profiles.ts'
import { peakRate } from './schedule.ts'
import { DEFAULT_PORT, defaultUrl, whyBadUrl } from './target-url.ts'

/** Everything a run needs to know, checked. */
export interface Options extends NumberSettings {
  url: string
  profile: string
  arrivals: ArrivalKind
  mix: Mix
  /** Instead of the journeys: GET this path. */
  path: string | undefined
  seed: number
  maxConcurrency: number
  workers: number
  /** Tell each request's due time in a header. */
  stamp: boolean
  json: boolean
  prometheusPort: number | undefined
  /** A file for the picture of the run. */
  plot: string | undefined
}

/** The command line is not usable, or only asked for help; `output` is for the person, `exitCode` 0 or 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
  readonly exitCode: number

  constructor(output: string, exitCode = 2) {
    super(output)
    this.exitCode = exitCode
  }
}

interface Given extends NumberSettings, OpenSettings {
  url?: string
  profile: string
  arrivals: ArrivalKind
  path?: string
  plot?: string
  stamp?: true
  json?: true
  allowRemote?: true
}

const IN_FLIGHT = { least: 200, most: 10_000 }
/** What one thread sends easily, with a reserve. */
const RATE_OF_A_WORKER = 8_000

/**
 * Reads the arguments (without node and script) and `LAB_PORT_OFFSET`.
 * @throws UsageError that names the flag and what it takes.
 */
export function parseOptions(args: readonly string[], env: { LAB_PORT_OFFSET?: string | undefined }): Options {
  const command = parse(args)
  const isGiven = (name: string) => command.getOptionValueSource(name) === 'cli'
  const given = command.opts<Given>()
  const { url: asked, portOffset, allowRemote, json, stamp, path, plot, seed, maxConcurrency, workers, prometheusPort, ...rest } = given
  const url = refuseIfBad(asked ?? defaultUrl(portOffset, env.LAB_PORT_OFFSET), allowRemote === true)
  const isAgentic = rest.profile === 'agentic' && !isGiven('duration')
  const settled = { ...rest, duration: isAgentic ? rest.normalDuration + rest.errorDuration : rest.duration }
  const peak = peakRate(settled)
  return {
    ...settled,
    url,
    mix: readMix(rest, isGiven),
    path: readPath(path),
    plot,
    prometheusPort,
    seed: seed ?? Math.floor(Math.random() * OPEN_FLAGS.seed.max),
    maxConcurrency: maxConcurrency ?? Math.min(IN_FLIGHT.most, Math.max(IN_FLIGHT.least, Math.ceil(peak * rest.timeout))),
    workers: workers ?? Math.min(availableParallelism(), Math.max(1, Math.ceil(peak / RATE_OF_A_WORKER))),
    stamp: stamp === true,
    json: json === true,
  }
}

function parse(args: readonly string[]): Command {
  const said: string[] = []
  const command = buildCommand().exitOverride()
  command.configureOutput({ writeOut: (text) => said.push(text), writeErr: (text) => said.push(text) })
  try {
    return command.parse(args[0] === '--' ? args.slice(1) : [...args], { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError) throw new UsageError(said.join('').trim() || error.message, error.exitCode === 0 ? 0 : 2)
    throw error
  }
}

function buildCommand(): Command {
  const command = new Command('traffic').description(DESCRIPTION).helpOption('-h, --help', 'print this and exit')
  command.option('--url <url>', `target (default: http://127.0.0.1:${DEFAULT_PORT}, the load balancer, shifted by the port offset)`)
  command.addOption(new Option('--profile <name>', 'course of the run').choices(Object.keys(PROFILES)).default('constant'))
  command.addOption(new Option('--arrivals <kind>', 'inter-arrival times').choices(ARRIVALS).default('poisson'))
  for (const flag of Object.values(NUMBER_FLAGS))
    command.addOption(new Option(`--${flag.flag} <n>`, flag.help).default(flag.default).argParser(numberReader(flag)))
  for (const flag of Object.values(OPEN_FLAGS)) command.addOption(new Option(`--${flag.flag} <n>`, flag.help).argParser(numberReader(flag)))
  command.option('--path <path>', 'send GET to this path only, instead of the journeys')
  command.option('--stamp', 'add X-Intended-Start: t=<Unix time in ms> to each request, when it was due')
  command.option('--plot <file>', 'draw rate, errors and percentiles over time into this SVG file')
  command.option('--json', 'print the final report as one JSON object on stdout, everything else on stderr')
  command.option('--allow-remote', 'allow a target that is not this machine')
  return command.addHelpText('after', NOTES)
}

function numberReader({ min, max, integer = false }: Pick<NumberFlag, 'min' | 'max' | 'integer'>): (text: string) => number {
  return (text) => {
    const value = text.trim() === '' ? Number.NaN : Number(text)
    if (value >= min && value <= max && (!integer || Number.isInteger(value))) return value
    throw new InvalidArgumentError(`Expected ${integer ? 'an integer' : 'a number'} from ${min} to ${max}.`)
  }
}

function refuseIfBad(url: string | { problem: string }, allowRemote: boolean): string {
  if (typeof url !== 'string') throw new UsageError(`error: ${url.problem}`)
  const problem = whyBadUrl(url, allowRemote)
  if (problem) throw new UsageError(`error: option '--url <url>' ${problem}`)
  return new URL(url).origin
}

function readMix({ listFrac, putFrac, reserveFrac, unknownFrac }: NumberSettings, isGiven: (name: string) => boolean): Mix {
  const mix = settleMix({ list: listFrac, put: putFrac, reserve: reserveFrac, unknown: unknownFrac }, (share) => isGiven(`${share}Frac`))
  if (mix) return mix
  throw new UsageError(
    'error: options --list-frac, --put-frac, --reserve-frac and --unknown-frac are more than 1 together. Expected at most 1.',
  )
}

function readPath(path: string | undefined): string | undefined {
  if (path === undefined || /^\/[\x21-\x7e]*$/.test(path)) return path
  throw new UsageError(`error: option '--path <path>' argument '${path}' is invalid. Expected / and printable ASCII without spaces.`)
}
