import { isOnPath, runProgram } from '../process.ts'
import type { Generator } from './generator.ts'

const WORKERS = 20

/** hey limits the rate of each worker; a worker waits for its answer before it goes on. */
export const hey: Generator = {
  name: 'hey',
  whyAbsent: () => (isOnPath('hey') ? undefined : 'no hey on PATH (Debian: apt-get install hey)'),
  async run({ url, rps, seconds, core, onPid }, signal) {
    const args = ['-z', `${seconds}s`, '-c', String(WORKERS), '-q', String(rps / WORKERS), `${url}/`]
    const output = await runProgram(['hey', ...args], { core, onPid }, signal)
    const milliseconds = (pattern: RegExp) => Number(pattern.exec(output)?.[1] ?? Number.NaN) * 1_000
    return {
      p50_ms: milliseconds(/50% in ([\d.]+) secs/),
      p99_ms: milliseconds(/99% in ([\d.]+) secs/),
      max_ms: milliseconds(/Slowest:\s+([\d.]+) secs/),
    }
  },
}
