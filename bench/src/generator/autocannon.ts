import { fileURLToPath } from 'node:url'
import { runProgram } from '../process.ts'
import type { Generator } from './generator.ts'

const PROGRAM = fileURLToPath(import.meta.resolve('autocannon'))

/** autocannon with an overall rate; it corrects for coordinated omission by default. */
export const autocannon: Generator = {
  name: 'autocannon',
  whyAbsent: () => undefined,
  async run({ url, rps, seconds, core, onPid }, signal) {
    const args = ['--connections', '20', '--overallRate', String(rps), '--duration', String(seconds), '--json', '--no-progress', url]
    const output = await runProgram([process.execPath, PROGRAM, ...args], { core, onPid }, signal)
    const { latency } = JSON.parse(output) as { latency: { p50: number; p99: number; max: number } } // Its README's "result" object.
    return { p50_ms: latency.p50, p99_ms: latency.p99, max_ms: latency.max }
  },
}
