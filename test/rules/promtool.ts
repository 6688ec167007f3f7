import { execFile } from 'node:child_process'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { findProgram } from '@oncall-lab/lab/programs/find-program'

const run = promisify(execFile)

/** Where promtool is; fetched when it is not there yet. */
export async function findPromtool(): Promise<string> {
  const found = await findProgram('promtool', {
    searchPath: (process.env.PATH ?? '').split(':'),
    cache: join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'oncall-lab'),
    isRoot: process.getuid?.() === 0,
    say: () => {},
    signal: AbortSignal.timeout(170_000),
  })
  return found.path
}

/** What `promtool test rules` prints about these files. @throws Error with its report when a test fails. */
export async function testRules(promtool: string, ...files: string[]): Promise<string> {
  // It lives for seconds: collecting its garbage as often as a server does costs a third of them.
  return (await run(promtool, ['test', 'rules', ...files], { env: { ...process.env, GOGC: '800' } })).stdout
}

/** @throws Error with promtool's report when it refuses the configuration. */
export async function checkConfig(promtool: string, file: string): Promise<void> {
  await run(promtool, ['check', 'config', file])
}
