import { execFile } from 'node:child_process'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { findProgram } from '@oncall-lab/lab/programs/find-program'
import { expect, it } from 'vitest'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

it('fires each alert when it should and only then, as promtool sees it', { timeout: 180_000 }, async () => {
  const promtool = await findProgram('promtool', {
    searchPath: (process.env.PATH ?? '').split(':'),
    cache: join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'oncall-lab'),
    isRoot: process.getuid?.() === 0,
    say: () => {},
    signal: AbortSignal.timeout(170_000),
  })
  const { stdout } = await promisify(execFile)(promtool.path, ['test', 'rules', here('./alerts.test.yaml')])
  expect(stdout).toContain('SUCCESS')
  await promisify(execFile)(promtool.path, ['check', 'config', here('../../prometheus.yaml')])
})
