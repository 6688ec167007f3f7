import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { describeError } from '@oncall-lab/service-kit/errors'
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { CliError } from './cli-error.ts'
import type { Lab } from './lab.ts'
import { openFreshLog } from './log-file.ts'
import { nodeCommand } from './parts.ts'
import { readRunFile } from './run-file.ts'
import { StopRequested } from './stop-signal.ts'
import { reportRunning, untilNotStopping } from './up.ts'

/** What a detached supervisor tells the process that started it, until it is ready. */
const Progress = Type.Union([
  Type.Object({ kind: Type.Literal('line'), line: Type.String() }),
  Type.Object({ kind: Type.Literal('ready') }),
  Type.Object({ kind: Type.Literal('failed'), message: Type.String(), exitCode: Type.Integer() }),
])
type Progress = Static<typeof Progress>

interface DetachOptions {
  replicas: number
  kubernetes?: boolean
  hosts?: boolean
  traffic: number
  /** On a demo's databases. */
  demo?: boolean
  /** Variables beside those of the environment. */
  settings?: Readonly<Record<string, string>>
  say: (line: string) => void
  signal: AbortSignal
}

/**
 * `lab up --detach`: starts a supervisor in a session of its own and returns when its lab is ready.
 * @throws CliError with the supervisor's message when it fails; the signal's reason when that comes first, everything down then.
 */
export async function startDetached(
  lab: Lab,
  { replicas, traffic, kubernetes = false, hosts = false, demo = false, settings = {}, say, signal }: DetachOptions,
): Promise<void> {
  await untilNotStopping(lab)
  if (readRunFile(lab.directory.runFile)) return reportRunning(lab, 'runs_already', say)
  const log = openFreshLog(join(lab.directory.logs, 'lab.log'))
  const [node, ...args] = nodeCommand(lab.directory.root, 'packages/lab/src/main.ts')
  const numbers = { '--replicas': replicas, '--traffic': traffic, '--port-offset': lab.book.offset }
  const flags = [
    ...Object.entries(numbers).flatMap(([flag, value]) => [flag, String(value)]),
    ...(kubernetes ? ['--kubernetes'] : []),
    ...(hosts ? ['--hosts'] : []),
    ...(demo ? ['--demo'] : []),
    ...(lab.clock === 'fast' ? ['--clock', 'fast'] : []),
  ]
  const child = spawn(node, [...args, 'supervise', ...flags], {
    cwd: lab.directory.root,
    env: { ...process.env, ...settings },
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
  })
  const exited = once(child, 'exit').then(() => null)
  const stop = () => child.kill('SIGTERM')
  signal.addEventListener('abort', stop)
  try {
    const end = await Promise.race([firstVerdict(child, say), exited])
    if (signal.aborted) {
      stop() // It may have been too young for the first one.
      await exited
      throw signal.reason
    }
    if (end?.kind === 'failed') throw new CliError(end.message, { exitCode: end.exitCode })
    if (end === null) throw new CliError(`The supervisor ended before the lab was ready; its log: ${join(lab.directory.logs, 'lab.log')}`)
  } finally {
    signal.removeEventListener('abort', stop)
    if (child.connected) child.disconnect()
    child.unref()
  }
}

function firstVerdict(child: ReturnType<typeof spawn>, say: (line: string) => void): Promise<Exclude<Progress, { kind: 'line' }>> {
  return new Promise((resolve) => {
    child.on('message', (message) => {
      if (!Value.Check(Progress, message)) return
      if (message.kind === 'line') say(message.line)
      else resolve(message)
    })
  })
}

/** What a detached supervisor needs of the process that started it. */
export interface Starter {
  /** Says a line to the supervisor's log, and to the starter while that listens. */
  say: (line: string) => void
  ready: () => void
  /** Passes the error on to the starter, then throws it. */
  fail: (error: unknown) => never
  /** Aborts when the starter ends before the lab is ready. */
  gone: AbortSignal
}

/** The supervisor's side of `startDetached`. */
export function reportToStarter(): Starter {
  const controller = new AbortController()
  let isReady = false
  process.on('disconnect', () => {
    if (!isReady) controller.abort(new StopRequested('the process that started the lab is gone', 129))
  })
  const send = (message: Progress) => {
    if (process.connected) process.send?.(message, undefined, undefined, () => undefined) // The starter may end at any moment.
  }
  return {
    say(line) {
      console.log(line)
      send({ kind: 'line', line })
    },
    ready() {
      isReady = true
      send({ kind: 'ready' })
    },
    fail(error) {
      const exitCode = error instanceof CliError ? error.exitCode : 1
      send({ kind: 'failed', message: error instanceof CliError ? error.message : describeError(error), exitCode })
      throw error
    },
    gone: controller.signal,
  }
}
