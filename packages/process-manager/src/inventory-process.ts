import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { describeError } from '@oncall-lab/service-kit/errors'
import { Reaper } from './reaper.ts'
import type { InstalledRelease } from './release-shelf.ts'

/** How a process ended. */
export interface Exit {
  code: number | null
  signal: string | null
  /** Why it could not be started at all. */
  error?: string
}

/** A process of one instance. */
export interface InventoryProcess extends Pick<InstalledRelease, 'release' | 'commit'> {
  /** Null when it could not be started at all. */
  pid: number | null
  /** What it answers at `GET /healthz`, which tells it from any other process on the port. */
  instanceId: string
  /** Never rejects. Nothing of its process group is left then. */
  exited: Promise<Exit>
  /** TERM goes to the process, which ends its own children in order, KILL to its whole group. */
  kill(signal: 'SIGTERM' | 'SIGKILL'): void
}

/** Starts one instance on a port. */
export type StartInventory = (port: number) => InventoryProcess

const PROGRAM = 'packages/inventory/src/main.ts'
/** As the lab starts its parts: an instance then needs less memory. */
const SMALL_YOUNG_GENERATION = '--max-semi-space-size=1'
/** In MB: what a release leaks ends its process before it hurts the machine. A healthy instance needs 40. */
const MOST_HEAP = '--max-old-space-size=384'

/** What the way to start instances is made of. */
export interface StarterOptions {
  /** Environment variables for the instance on a port. */
  settings: (port: number) => Record<string, string>
  /** What the next process on a port runs. */
  releaseOf: (port: number) => InstalledRelease
  /** Our own environment, of which they get the little that any process needs, and nothing else. */
  inherited: Record<string, string | undefined>
  /** Another program than inventory's, for tests: what Node is started with. */
  program?: string[]
}

/**
 * Gives the way to start instances. Each leads a process group of its own: the terminal's Ctrl-C reaches us alone, and what it leaves behind can be killed with it.
 * Its standard input is a pipe that ends with this process, however it ends, and ends it (LAB_LEASH, see service-kit's run.ts).
 */
export function createInventoryStarter({ settings, releaseOf, inherited, program }: StarterOptions): StartInventory {
  const base = Object.fromEntries(
    ['PATH', 'HOME', 'TMPDIR', 'LOG_LEVEL', 'NODE_COMPILE_CACHE'].flatMap((name) => (inherited[name] ? [[name, inherited[name]]] : [])),
  )
  const reaper = new Reaper()
  return (port) => {
    const instanceId = randomUUID()
    const { release, commit, root } = releaseOf(port)
    const identity = { INSTANCE_ID: instanceId, RELEASE: release, COMMIT: commit }
    const child = spawn(process.execPath, program ?? [SMALL_YOUNG_GENERATION, MOST_HEAP, join(root, PROGRAM)], {
      env: { ...base, ...settings(port), ...identity, PORT: String(port), LAB_LEASH: 'stdin' },
      stdio: ['pipe', 'inherit', 'inherit'],
      detached: true,
    })
    // A write to a dead child's input must not end this process.
    child.stdin.on('error', () => undefined)
    const { pid } = child
    if (pid !== undefined) reaper.guard(pid)
    const exited = new Promise<Exit>((resolve) => {
      child.once('exit', (code, signal) => {
        killGroup(pid)
        if (pid !== undefined) reaper.release(pid)
        resolve({ code, signal })
      })
      child.once('error', (error) => pid === undefined && resolve({ code: null, signal: null, error: describeError(error) }))
    })
    const kill = (signal: 'SIGTERM' | 'SIGKILL') => (signal === 'SIGKILL' ? killGroup(pid) : child.kill(signal))
    return { pid: pid ?? null, instanceId, release, commit, exited, kill }
  }
}

function killGroup(leader: number | undefined): void {
  if (leader === undefined) return
  try {
    process.kill(-leader, 'SIGKILL')
  } catch {
    // Nobody is left in it.
  }
}
