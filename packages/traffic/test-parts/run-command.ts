import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Report } from '../src/output/report.ts'

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))

/** Runs the traffic command as a person would; its report. */
export async function runCommand(url: string, flags: readonly string[]): Promise<Report> {
  const args = [MAIN, '--url', url, '--json', ...flags]
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 2 ** 24 })
  return JSON.parse(stdout) as Report // As --json prints it.
}
