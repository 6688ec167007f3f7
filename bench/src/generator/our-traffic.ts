import { nodeCommand } from '../node-command.ts'
import { runProgram } from '../process.ts'
import type { Generator, GeneratorReport, Load } from './generator.ts'

/** What of our generator's report the comparison needs. */
export interface TrafficReport extends GeneratorReport {
  sent: number
  errors: number
  seconds: number
  /** How late requests left, p99 in milliseconds; missing when the report has no such figure. */
  lag_p99_ms?: number
}

/** Our generator, reading items only. */
export const ourTraffic: Generator = {
  name: 'oncall-lab',
  whyAbsent: () => undefined,
  run: (load, signal) => runTraffic(load, ['--put-frac', '0'], signal),
}

/** Runs our generator with more flags. */
export async function runTraffic(
  { url, rps, seconds, core, onPid }: Load,
  flags: readonly string[],
  signal: AbortSignal,
): Promise<TrafficReport> {
  const args = [
    '--url',
    url,
    '--rps',
    String(rps),
    '--duration',
    String(seconds),
    '--seed',
    '1',
    '--max-concurrency',
    '2000',
    '--json',
    ...flags,
  ]
  const output = await runProgram(nodeCommand('packages/traffic/src/main.ts', { args }), { core, onPid }, signal)
  return JSON.parse(output) as TrafficReport // As `traffic --json` prints it.
}
