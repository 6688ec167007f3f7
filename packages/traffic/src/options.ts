import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { NUMBER_FLAGS, type NumberFlag, type NumberSettings } from './number-flags.ts'
import { PROFILES } from './profiles/profile.ts'

/** Everything a run needs to know, checked. */
export interface Options extends NumberSettings {
  url: string
  profile: string
  seed: number
  json: boolean
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

const DEFAULT_PORT = 9_000
const MAX_PORT_OFFSET = 50_000
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/
const SEED = { min: 0, max: 2 ** 32 - 1, integer: true }

/**
 * Reads the arguments (without node and script) and `LAB_PORT_OFFSET`.
 * @throws UsageError that names the flag and what it takes.
 */
export function parseOptions(args: readonly string[], env: { LAB_PORT_OFFSET?: string | undefined }): Options {
  const said: string[] = []
  const command = buildCommand().exitOverride()
  command.configureOutput({ writeOut: (text) => said.push(text), writeErr: (text) => said.push(text) })
  try {
    command.parse(args[0] === '--' ? args.slice(1) : [...args], { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError) throw new UsageError(said.join('').trim() || error.message, error.exitCode === 0 ? 0 : 2)
    throw error
  }
  const given = command.opts<
    NumberSettings & { url?: string; profile: string; seed?: number; portOffset?: number; json?: true; allowRemote?: true }
  >()
  const { url, portOffset, allowRemote, json, seed, ...rest } = given
  const asksForDuration = command.getOptionValueSource('duration') === 'cli'
  return {
    ...rest,
    url: checkUrl(url ?? defaultUrl(portOffset, env.LAB_PORT_OFFSET), allowRemote === true),
    duration: rest.profile === 'agentic' && !asksForDuration ? rest.normalDuration + rest.errorDuration : rest.duration,
    seed: seed ?? Math.floor(Math.random() * SEED.max),
    json: json === true,
  }
}

function buildCommand(): Command {
  const command = new Command('traffic').description(DESCRIPTION).helpOption('-h, --help', 'print this and exit')
  command.option('--url <url>', `target (default: http://127.0.0.1:${DEFAULT_PORT}, the load balancer, shifted by the port offset)`)
  command.addOption(
    new Option('--port-offset <n>', 'the offset of the lab to send to (default: LAB_PORT_OFFSET, or 0)').argParser(
      numberReader({ min: 0, max: MAX_PORT_OFFSET, integer: true }),
    ),
  )
  command.addOption(new Option('--profile <name>', 'course of the run').choices(Object.keys(PROFILES)).default('constant'))
  for (const flag of Object.values(NUMBER_FLAGS))
    command.addOption(new Option(`--${flag.flag} <n>`, flag.help).default(flag.default).argParser(numberReader(flag)))
  command.addOption(
    new Option('--seed <n>', 'same seed, same arrivals and requests (default: random, reported)').argParser(numberReader(SEED)),
  )
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

function defaultUrl(flag: number | undefined, variable: string | undefined): string {
  if (flag !== undefined || !variable) return `http://127.0.0.1:${DEFAULT_PORT + (flag ?? 0)}`
  const offset = Number(variable)
  if (!Number.isInteger(offset) || offset < 0 || offset > MAX_PORT_OFFSET)
    throw new UsageError(`error: LAB_PORT_OFFSET is ${JSON.stringify(variable)}. Expected an integer from 0 to ${MAX_PORT_OFFSET}.`)
  return `http://127.0.0.1:${DEFAULT_PORT + offset}`
}

function checkUrl(text: string, allowRemote: boolean): string {
  const url = URL.parse(text)
  if (url?.protocol !== 'http:' || url.pathname !== '/' || url.search || url.hash || url.username)
    throw new UsageError(`error: option '--url <url>' argument '${text}' is invalid. Expected http://host:port without a path.`)
  if (!allowRemote && !LOOPBACK.test(url.hostname))
    throw new UsageError(
      `error: option '--url <url>' names ${url.hostname}, which is not this machine. If you may load it, add --allow-remote.`,
    )
  return url.origin
}

const DESCRIPTION =
  'The customers of the shop: an open-loop load generator. Requests leave on schedule however slow the answers are, and latency counts from the scheduled time, so that a stall shows in the percentiles.'

const NOTES = `
Profiles:
  constant    --rps all the time
  spike       --rps, from --spike-at on times --spike-mult
  ramp        --ramp-from to --ramp-to over --duration
  sine        --rps plus and minus --sine-amplitude, period --sine-period
  ramp-spike  --mild-rps for --mild-duration, then --high-rps
  agentic     --normal-rps for --normal-duration, then --error-rps for --error-duration with 80 % of the requests to
              GET /random-endpoint/error. Lasts as long as both together unless --duration is given: a shorter one cuts it off,
              a longer one goes on with normal traffic.

Each change of phase is announced on its own line, "phase <name> at <RFC 3339 time>".
The rolling lines are about the time since the line before. "rps" is what was sent. An error is an answer from 500 up, a time-out,
a failed connection, or an arrival that found --max-concurrency requests in flight and no free slot within --timeout (dropped);
a 404 is an answer.

Exit status: 0 after a complete run, errors or not; 1 when nothing listens at the target; 2 for a wrong command line;
130 after Ctrl-C (with the final report; a second Ctrl-C ends at once), 143 after SIGTERM.`
