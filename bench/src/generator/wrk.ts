import { fileURLToPath } from 'node:url'
import { isOnPath, runProgram } from '../process.ts'
import type { Generator, GeneratorReport } from './generator.ts'

const CONNECTIONS = 20
const SCRIPT = fileURLToPath(new URL('../wrk-report.lua', import.meta.url))

/** wrk knows no rate: each of its connections waits before each request as long as gives that rate when answers take no time. */
export const wrk: Generator = {
  name: 'wrk',
  whyAbsent: () => (isOnPath('wrk') ? undefined : 'no wrk on PATH (Debian: apt-get install wrk)'),
  async run({ url, rps, seconds, core, onPid }, signal) {
    const pauseMs = Math.round((CONNECTIONS / rps) * 1_000)
    const args = ['-t', '1', '-c', String(CONNECTIONS), '-d', `${seconds}s`, '-s', SCRIPT, `${url}/`, '--', String(pauseMs)]
    const output = await runProgram(['wrk', ...args], { core, onPid }, signal)
    const { p50_ms, p99_ms, max_ms } = JSON.parse(output.trim().split('\n').at(-1) ?? '') as GeneratorReport // wrk-report.lua prints it.
    return { p50_ms, p99_ms, max_ms }
  },
}
