import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { buildCli } from './cli.ts'
import { exitStatus } from './exit-status.ts'
import { openLab, ROOT } from './open-lab.ts'

const given = process.argv.slice(2)
if (given[0] === '--') given.shift() // A package runner passes it on.
const status = await exitStatus(async () => {
  const dotEnv = join(ROOT, '.env')
  if (existsSync(dotEnv)) process.loadEnvFile(dotEnv)
  const { env } = process
  const cli = buildCli({ openLab: (offset) => openLab(offset, env), defaultOffset: env.LAB_PORT_OFFSET })
  await cli.parseAsync(given.length ? given : ['--help'], { from: 'user' })
})
process.exit(status)
