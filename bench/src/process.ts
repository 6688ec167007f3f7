import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'

/** A process of ours that runs until it is disposed of. */
export interface RunningProcess extends AsyncDisposable {
  pid: number
  /** What it has printed so far, both streams. */
  output(): string
  hasEnded(): boolean
}

interface ProcessOptions {
  /** The CPU to run on, where the system can pin; any when left out. */
  core?: number | undefined
  /** Added to our own environment. */
  env?: Record<string, string>
  /** Told the process's id when it runs. */
  onPid?: ((pid: number) => void) | undefined
}

const END_WITHIN_MS = 3_000

/** Whether a program of this name is on PATH. */
export function isOnPath(name: string): boolean {
  return spawnSync('sh', ['-c', 'command -v "$1"', 'sh', name]).status === 0
}

/** Starts a program that keeps running; the kernel ends it when this process dies, whatever the cause. */
export function startProcess(command: readonly string[], options: ProcessOptions = {}): RunningProcess {
  const child = spawnPinned(command, options)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk))
  child.on('error', (error) => (output += error.message))
  const ended = () => child.exitCode !== null || child.signalCode !== null || child.pid === undefined
  return {
    pid: child.pid ?? 0,
    output: () => output,
    hasEnded: ended,
    async [Symbol.asyncDispose]() {
      if (ended()) return
      const patience = setTimeout(() => child.kill('SIGKILL'), END_WITHIN_MS)
      child.kill('SIGTERM')
      await once(child, 'exit')
      clearTimeout(patience)
    },
  }
}

/** Runs a program to its end and returns what it printed on standard output. @throws with its standard error when it fails, or when `signal` ends it */
export async function runProgram(command: readonly string[], options: ProcessOptions, signal: AbortSignal): Promise<string> {
  signal.throwIfAborted()
  const child = spawnPinned(command, options)
  const end = () => child.kill('SIGTERM')
  signal.addEventListener('abort', end, { once: true })
  let output = ''
  let errors = ''
  child.stdout?.on('data', (chunk) => (output += chunk))
  child.stderr?.on('data', (chunk) => (errors += chunk))
  try {
    const [code] = await once(child, 'close')
    signal.throwIfAborted()
    if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}: ${(errors || output).slice(-2_000)}`)
    return output
  } finally {
    signal.removeEventListener('abort', end)
  }
}

const CAN_TIE = isOnPath('setpriv')
const CAN_PIN = isOnPath('taskset')

function spawnPinned(command: readonly string[], { core, env = {}, onPid }: ProcessOptions): ChildProcess {
  const tied = CAN_TIE ? ['setpriv', '--pdeathsig', 'TERM', '--'] : []
  const pinned = core !== undefined && CAN_PIN ? ['taskset', '--cpu-list', String(core)] : []
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`)
  const [program = '', ...args] = [...tied, ...pinned, 'env', ...variables, ...command]
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  if (child.pid) onPid?.(child.pid)
  return child
}
