import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describeError } from '@oncall-lab/service-kit/errors'
import { type Options, parseOptions, UsageError } from './options.ts'
import { openPlot } from './output/plot/plot-file.ts'
import { createProgress } from './output/progress.ts'
import { whyUnreachable } from './reachable.ts'
import { serveMetrics } from './run/metrics-server.ts'
import { type Audience, runTraffic } from './run/run-traffic.ts'

/** The lab reads it too: LAB_PORT_OFFSET must be the same for both. */
const dotEnv = fileURLToPath(new URL('../../../.env', import.meta.url))
if (existsSync(dotEnv)) process.loadEnvFile(dotEnv)

const REACHABLE_WITHIN_MS = 3_000
const EXIT_STATUS = { SIGINT: 130, SIGTERM: 143 } as const

/** Returns the exit status. */
async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args)
  if (typeof options === 'number') return options
  const unreachable = await whyUnreachable(options.url, REACHABLE_WITHIN_MS)
  if (unreachable !== undefined) {
    console.error(`Nothing answers at ${options.url} (${unreachable}).`)
    console.error('Start the lab with  ./lab up  or name another target with --url.')
    return 1
  }
  const interrupt = new AbortController()
  const stop = (signal: keyof typeof EXIT_STATUS) => {
    if (interrupt.signal.aborted) process.exit(EXIT_STATUS[signal])
    interrupt.abort(signal)
  }
  process.on('SIGINT', stop).on('SIGTERM', stop)
  try {
    await run(options, interrupt.signal)
  } catch (error) {
    console.error(`error: ${describeError(error)}`)
    return 1
  }
  return interrupt.signal.aborted ? EXIT_STATUS[interrupt.signal.reason as keyof typeof EXIT_STATUS] : 0 // `stop` gave the reason.
}

async function run(options: Options, signal: AbortSignal): Promise<void> {
  const progress = createProgress(options.json ? process.stderr : process.stdout)
  const watchers: Audience['watchers'] = []
  const plot = options.plot === undefined ? undefined : openPlot(options.plot, options)
  if (plot) watchers.push(plot.watch)
  await using metrics = options.prometheusPort === undefined ? undefined : await serveMetrics(options.prometheusPort)
  if (metrics) {
    watchers.push(metrics.watch)
    progress.say(`metrics at ${metrics.url}`)
  }
  const report = await runTraffic(options, { progress, watchers }, signal)
  if (plot) progress.say(`plot in ${plot.write(report)}`)
  if (options.json) console.log(JSON.stringify(report))
}

function readOptions(args: readonly string[]): Options | number {
  try {
    return parseOptions(args, { LAB_PORT_OFFSET: process.env.LAB_PORT_OFFSET })
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    if (error.exitCode === 0) console.log(error.message)
    else console.error(error.message)
    return error.exitCode
  }
}

// Under a supervisor that holds the other end of standard input, its death ends this process too.
if (process.env.LAB_LEASH === 'stdin') process.stdin.on('end', () => process.exit(1)).resume()
process.exit(await main(process.argv.slice(2)))
