import { fileURLToPath } from 'node:url'
import { isOnPath, runProgram } from './process.ts'

/** What a load of as many requests as are answered came to. */
export interface SaturationReport {
  requests: number
  seconds: number
  p99_ms: number
  /** Answers that were no 2xx or 3xx, and broken connections. */
  failed: number
}

interface SaturatingLoad {
  url: string
  connections: number
  seconds: number
  core: number | undefined
}

const WRK_REPORT = fileURLToPath(new URL('wrk-report.lua', import.meta.url))
const AUTOCANNON = fileURLToPath(import.meta.resolve('autocannon'))

/** What `saturate` loads with: wrk, which costs little, or, where it is not on PATH, autocannon, which may be slower than what it loads. */
export const SATURATES_WITH = isOnPath('wrk') ? 'wrk' : 'autocannon'

/** Loads `url` over kept connections, each with one request at a time and no pause. @throws when a request failed */
export async function saturate(load: SaturatingLoad, signal: AbortSignal): Promise<SaturationReport> {
  const report = await (SATURATES_WITH === 'wrk' ? runWrk(load, signal) : runAutocannon(load, signal))
  if (report.failed > 0 || report.requests === 0) throw new Error(`${report.failed} of ${report.requests} requests to ${load.url} failed`)
  return report
}

async function runWrk({ url, connections, seconds, core }: SaturatingLoad, signal: AbortSignal): Promise<SaturationReport> {
  const args = ['-t', '1', '-c', String(connections), '-d', `${seconds}s`, '--timeout', '5s', '-s', WRK_REPORT, url]
  const output = await runProgram(['wrk', ...args], { core }, signal)
  return JSON.parse(output.trim().split('\n').at(-1) ?? '') as SaturationReport // wrk-report.lua prints it.
}

async function runAutocannon({ url, connections, seconds, core }: SaturatingLoad, signal: AbortSignal): Promise<SaturationReport> {
  const args = ['--connections', String(connections), '--duration', String(seconds), '--json', '--no-progress', url]
  const seen = JSON.parse(await runProgram([process.execPath, AUTOCANNON, ...args], { core }, signal)) as AutocannonResult
  return {
    requests: seen.requests.total,
    seconds: seen.duration,
    p99_ms: seen.latency.p99,
    failed: seen.errors + seen.timeouts + seen.non2xx,
  }
}

/** The part that is used of what its README calls the result. */
interface AutocannonResult {
  requests: { total: number }
  duration: number
  latency: { p99: number }
  errors: number
  timeouts: number
  non2xx: number
}
