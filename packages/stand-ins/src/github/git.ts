import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Runs git in a repository, without a shell, and yields what it wrote. @throws when git fails, takes over 10 s or writes over 110 MB. */
export type Git = (...args: string[]) => Promise<Buffer>

/** Git on the repository at `root`, found through the given PATH; reads only. HOME lets git see which checkouts the user trusts. */
export function createGit(root: string, environment: { PATH: string; HOME: string }): Git {
  return async (...args) => {
    const { stdout } = await run('git', ['--no-pager', '--literal-pathspecs', '--no-replace-objects', '-C', root, ...args], {
      encoding: 'buffer',
      timeout: 10_000,
      maxBuffer: 110 * 1_048_576,
      env: { ...environment, GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' },
    })
    return stdout
  }
}
