import { fileURLToPath } from 'node:url'
import { runProgram } from './process.ts'

/** What wrk saw in one run; latencies in milliseconds. */
export interface WrkReport {
  requests: number
  seconds: number
  p50_ms: number
  p99_ms: number
  max_ms: number
  /** Answers that were no 2xx or 3xx, and broken connections. */
  failed: number
}

const SCRIPT = fileURLToPath(new URL('wrk-report.lua', import.meta.url))

/** Loads `url` over kept connections, each with one request at a time and no pause. @throws when a request failed */
export async function runWrk(
  url: string,
  { connections, seconds, core }: { connections: number; seconds: number; core: number | undefined },
  signal: AbortSignal,
): Promise<WrkReport> {
  const args = ['-t', '1', '-c', String(connections), '-d', `${seconds}s`, '--timeout', '5s', '-s', SCRIPT, url]
  const output = await runProgram(['wrk', ...args], { core }, signal)
  const report = JSON.parse(output.trim().split('\n').at(-1) ?? '') as WrkReport // wrk-report.lua prints it.
  if (report.failed > 0) throw new Error(`${report.failed} of ${report.requests} requests to ${url} failed`)
  return report
}
