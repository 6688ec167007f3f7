import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { exitStatus } from '@oncall-lab/lab/exit-status'
import { ROOT } from '@oncall-lab/lab/open-lab'
import { createStopSignal } from '@oncall-lab/lab/stop-signal'
import { buildCli } from './cli.ts'

const given = process.argv.slice(2)
if (given[0] === '--') given.shift() // A package runner passes it on.
const status = await exitStatus(async () => {
  const dotEnv = join(ROOT, '.env')
  if (existsSync(dotEnv)) process.loadEnvFile(dotEnv)
  const cli = buildCli({
    env: process.env,
    say: (line) => void process.stdout.write(`${line}\n`),
    note: (line) => void process.stderr.write(`${line}\n`),
    stopSignal: () => createStopSignal({ detached: false }),
  })
  await cli.parseAsync(given.length ? given : ['--help'], { from: 'user' })
})
process.exit(status)
