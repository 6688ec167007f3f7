import { Command, InvalidArgumentError } from 'commander'

/** The command line, checked. */
export interface Options {
  /** Names of parts, in the order in which they run. */
  parts: string[]
  smoke: boolean
  rounds: number | undefined
  /** Where all results go as one JSON file, beside the usual place. */
  json: string | undefined
}

/** Reads the arguments (without node and script); prints the help or what is wrong and ends the process when it must. */
export function parseOptions(args: readonly string[], known: readonly string[]): Options {
  const command = new Command('bench')
    .description('Timings against peers, in one alternating run: ratios with their spread.')
    .argument('[parts...]', `${known.join(', ')}; all when none is named`)
    .option('--smoke', 'one short round, to see that everything works; its figures mean nothing', false)
    .option('--rounds <n>', 'how often each contender has its turn', readRounds)
    .option('--json <file>', 'write all results to this file, too')
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .parse(args[0] === '--' ? args.slice(1) : [...args], { from: 'user' })
  const wrong = command.args.find((name) => !known.includes(name))
  if (wrong !== undefined) command.error(`error: there is no part ${wrong}. Expected ${known.join(', ')}.`)
  const { smoke, rounds, json } = command.opts<{ smoke: boolean; rounds?: number; json?: string }>()
  return { parts: command.args.length > 0 ? command.args : [...known], smoke, rounds, json }
}

function readRounds(text: string): number {
  const rounds = Number(text)
  if (Number.isInteger(rounds) && rounds >= 1 && rounds <= 100) return rounds
  throw new InvalidArgumentError('Expected an integer from 1 to 100.')
}
