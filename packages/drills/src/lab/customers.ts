import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Lab } from '@oncall-lab/lab/lab'

/** A traffic generator that runs. */
export interface Customers extends AsyncDisposable {
  /** True while it sends. */
  isRunning(): boolean
}

const LONGEST_SECONDS = 900

/** Customers at a steady rate, the same for the same seed; they end with this process, however it ends. */
export function startCustomers({ book, directory, env }: Lab, flags: Record<string, string | number>): Customers {
  const given = { url: book.url('loadBalancer'), duration: LONGEST_SECONDS, arrivals: 'even', 'report-every': 60, workers: 1, ...flags }
  const args = Object.entries(given).flatMap(([name, value]) => [`--${name}`, String(value)])
  const child: ChildProcess = spawn(process.execPath, [join(directory.root, 'packages/traffic/src/main.ts'), ...args], {
    cwd: directory.root,
    env: { PATH: env.PATH ?? '', LAB_LEASH: 'stdin' },
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  child.stdin?.on('error', () => undefined)
  const ended = once(child, 'exit').catch(() => undefined)
  return {
    isRunning: () => child.exitCode === null && child.signalCode === null,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      await ended
    },
  }
}
