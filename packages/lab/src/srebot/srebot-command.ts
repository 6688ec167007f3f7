import { type Command, Option } from 'commander'
import { CliError } from '../cli-error.ts'
import type { Lab } from '../lab.ts'
import { isUnreachable, notAnswering } from '../not-answering.ts'
import { createStopSignal } from '../stop-signal.ts'
import { callGateway, type GatewayClient } from './gateway-client.ts'
import { checkHealth, type Phase, type Round, runRound } from './phases.ts'
import { watch } from './watch.ts'

interface SrebotOptions {
  portOffset: number
  gateway?: string
  force?: true
  symptom?: string
  infra: string
  layers: string[]
  watch?: true | number
  json?: true
}

const LAYERS = ['database', 'os', 'storage']
const USUAL_SECONDS = 15

interface Deps {
  openLab: (offset: number) => Lab
  say: (line: string) => void
  /** Makes a parser of integers between two bounds. */
  integer: (least: number, most: number) => (text: string) => number
}

/** Adds the options and the action of `lab srebot`: a watcher that knows nothing but the gateway. */
export function addSrebot(command: Command, { openLab, say, integer }: Deps): void {
  command
    .option('--gateway <url>', 'ask this gateway instead of the lab’s (GATEWAY_TOKEN is shown to it)')
    .option('--force', 'go through all phases though all is clear')
    .option('--symptom <text>', 'what somebody sees; found by the health check unless given')
    .option('--infra <name>', 'what the bundle is about: a database, a service, a cluster or an incident', 'shop')
    .addOption(
      new Option('--layers <names>', 'of the bundle, by commas').argParser((text) => text.split(',')).default(LAYERS, LAYERS.join(',')),
    )
    .addOption(new Option('--watch [seconds]', 'check again and again, and go on when something changes').argParser(integer(1, 86_400)))
    .option('--json', 'each round as one line of JSON')
    .action(async (options: SrebotOptions) => {
      const lab = openLab(options.portOffset)
      const url = (options.gateway ?? lab.book.url('gateway')).replace(/(?<!\/)\/+$/, '')
      if (!URL.canParse(url))
        throw new CliError(`--gateway must be an address such as http://127.0.0.1:8091, got ${JSON.stringify(options.gateway)}.`)
      await using gateway = callGateway(url, lab.env.GATEWAY_TOKEN)
      const signal = createStopSignal({ detached: false })
      const round = () => play(gateway, { options, say, signal, secret: lab.env.GATEWAY_CALLBACK_SECRET })
      if (!options.json) say(`srebot asks ${url}`)
      if (options.watch === undefined) {
        if (isGood(await round())) return
        // What a phase says is about the call; of a lab that is not there a person wants to know more.
        const isAway = options.gateway === undefined && (await gateway.agents().then(() => false, isUnreachable))
        throw isAway ? notAnswering(lab, 'gateway', url) : new CliError('')
      }
      await watch({
        check: () => checkHealth(gateway),
        seconds: options.watch === true ? USUAL_SECONDS : options.watch,
        round,
        say: options.json ? () => {} : say,
        signal,
      })
    })
}

async function play(
  gateway: GatewayClient,
  { options, say, signal, secret }: { options: SrebotOptions; say: Deps['say']; signal: AbortSignal; secret: string | undefined },
): Promise<Round> {
  const { symptom, force = false, infra, layers, json } = options
  const begun = performance.now()
  const onPhase = (phase: Phase) => {
    if (!json) for (const line of describePhase(phase, (performance.now() - begun) / 1_000)) say(line)
  }
  const round = await runRound({ gateway, symptom, force, infra, layers, secret, onPhase, signal })
  if (json) say(JSON.stringify(round))
  return round
}

const isGood = ({ phases }: Round) => phases.every(({ status }) => status !== 'failed')

/** `  2.1 s  [3/5] AI diagnosis (1.8 s)`, and what came of it below. */
function describePhase({ number, name, status, seconds, lines }: Phase, at: number): string[] {
  const head = `${`${at.toFixed(1)} s`.padStart(8)}  [${number}/5] ${name} (${seconds.toFixed(1)} s)${status === 'failed' ? ' FAILED' : ''}`
  return [head, ...lines.map((line) => `            ${line}`)]
}
