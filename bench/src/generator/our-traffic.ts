import { nodeCommand } from '../node-command.ts'
import { runProgram } from '../process.ts'
import type { Generator, GeneratorReport, Load } from './generator.ts'

/** What of our generator's report the comparison needs. */
export interface TrafficReport extends GeneratorReport {
  sent: number
  errors: number
  seconds: number
  /** How late requests left, p99 in milliseconds. */
  lag_p99_ms: number
}

/** Makes it send what the others send, as evenly as they do. */
export const LIKE_THE_OTHERS = ['--path', '/items/17', '--arrivals', 'even']

/** Our generator. */
export const ourTraffic: Generator = {
  name: 'oncall-lab',
  whyAbsent: () => undefined,
  run: (load, signal) => runTraffic(load, LIKE_THE_OTHERS, signal),
}

/** Runs our generator with more flags. */
export async function runTraffic(
  { url, rps, seconds, core, onPid }: Load,
  flags: readonly string[],
  signal: AbortSignal,
): Promise<TrafficReport> {
  const args = ['--url', url, '--rps', String(rps), '--duration', String(seconds), '--seed', '1', '--json', ...flags]
  const output = await runProgram(nodeCommand('packages/traffic/src/main.ts', { args }), { core, onPid }, signal)
  return JSON.parse(output) as TrafficReport // As `traffic --json` prints it.
}
