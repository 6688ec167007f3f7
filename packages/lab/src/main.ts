import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createAddressBook } from './address-book.ts'
import { buildCli } from './cli.ts'
import { tidyEnvironment } from './environment.ts'
import { exitStatus } from './exit-status.ts'
import type { Lab } from './lab.ts'
import { locateLabDirectory } from './lab-directory.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '')
const dotEnv = join(root, '.env')
if (existsSync(dotEnv)) process.loadEnvFile(dotEnv)
const env = tidyEnvironment(process.env)

function openLab(offset: number): Lab {
  return {
    book: createAddressBook(offset),
    directory: locateLabDirectory(root, offset),
    env,
    programs: {
      searchPath: (env.PATH ?? '').split(delimiter).filter(Boolean),
      cache: join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'oncall-lab'),
      isRoot: process.getuid?.() === 0,
    },
  }
}

const given = process.argv.slice(2)
if (given[0] === '--') given.shift() // A package runner passes it on.
const status = await exitStatus(() =>
  buildCli({ openLab, defaultOffset: env.LAB_PORT_OFFSET }).parseAsync(given.length ? given : ['--help'], { from: 'user' }),
)
process.exit(status)
