import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { until } from './until.ts'

/** How a process ended. */
export interface ProcessEnd {
  code: number | null
  signal: NodeJS.Signals | null
}

/** A program that has started and is ready. Disposing ends it. */
export interface StartedProcess extends AsyncDisposable {
  /** Where it listens. */
  url: string
  pid: number
  /** What it has printed so far, both streams. */
  output(): string
  exited: Promise<ProcessEnd>
  kill(signal: NodeJS.Signals): void
}

interface StartOptions {
  /** A TypeScript file, run with this Node. */
  main: string
  /** Node's own flags. */
  flags?: readonly string[]
  /** All of its environment, beside PATH and the leash that ends it with this process. */
  env: Record<string, string>
  /** Ready when `/healthz` on this port answers 2xx; without a port when it logs where it listens. */
  port?: number
  /** What disposing sends. */
  endSignal?: NodeJS.Signals
}

/** Where Node keeps the compiled form of what it ran, as the lab has it: each start of the same program takes a third less CPU. */
const COMPILE_CACHE = join(import.meta.dirname, '../../../node_modules/.cache/oncall-lab')

/** A second when nothing else runs; beside much other work it was over twenty. */
const READY_WITHIN_SECONDS = 50

const LISTENS_AT = /Server listening at (http:[^"\s]+)/

/** Starts a service as a process of its own and waits until it is ready. @throws with what it printed when it ends early or is never ready */
export async function startProcess({ main, flags = [], env, port, endSignal = 'SIGTERM' }: StartOptions): Promise<StartedProcess> {
  const child = spawn(process.execPath, [...flags, main], {
    env: { PATH: process.env.PATH ?? '', NODE_COMPILE_CACHE: COMPILE_CACHE, LAB_LEASH: 'stdin', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (chunk: string) => (output += chunk))
  const exited = once(child, 'exit').then(([code, signal]) => ({ code, signal }) as ProcessEnd) // As Node's documents say.
  const dispose = async () => {
    if (!hasEnded(child)) child.kill(endSignal)
    await exited
  }
  try {
    const isReady = async () => {
      if (hasEnded(child)) throw new Error('it ended')
      return port === undefined ? LISTENS_AT.exec(output)?.[1] : await healthyAt(`http://127.0.0.1:${port}`)
    }
    const url = await until(`${main} to be ready`, isReady, READY_WITHIN_SECONDS)
    return { url, pid: child.pid ?? 0, output: () => output, exited, kill: (signal) => child.kill(signal), [Symbol.asyncDispose]: dispose }
  } catch (error) {
    await dispose()
    throw new Error(`${main} did not become ready: ${output}`, { cause: error })
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null
}

async function healthyAt(url: string): Promise<string | undefined> {
  const answer = await fetch(`${url}/healthz`).catch(() => undefined)
  return answer?.ok ? url : undefined
}
