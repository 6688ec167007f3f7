import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** How a process ended. */
export interface Exit {
  code: number | null
  signal: string | null
}

/** A process of one instance. */
export interface InventoryProcess {
  /** Null when it could not be started at all. */
  pid: number | null
  /** Never rejects. */
  exited: Promise<Exit>
  kill(signal: 'SIGTERM' | 'SIGKILL'): void
}

/** Starts one instance on a port. */
export type StartInventory = (port: number) => InventoryProcess

const PROGRAM = fileURLToPath(new URL('../../inventory/src/main.ts', import.meta.url))
/** As the lab starts its parts: an instance then needs less memory. */
const SMALL_YOUNG_GENERATION = '--max-semi-space-size=1'
const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href

/**
 * Gives the way to start instances. They get `settings` and the little that any process needs of `inherited`, nothing else of our environment.
 * Their standard input is a pipe that ends with this process, however it ends, and ends them (LAB_LEASH, see service-kit's run.ts).
 */
export function createInventoryStarter(settings: Record<string, string>, inherited: Record<string, string | undefined>): StartInventory {
  const base = Object.fromEntries(['PATH', 'HOME', 'TMPDIR'].flatMap((name) => (inherited[name] ? [[name, inherited[name]]] : [])))
  return (port) => {
    const child = spawn(process.execPath, [SMALL_YOUNG_GENERATION, '--import', TSX, PROGRAM], {
      env: { ...base, ...settings, PORT: String(port), LAB_LEASH: 'stdin' },
      stdio: ['pipe', 'inherit', 'inherit'],
    })
    // A write to a dead child's input must not end this process.
    child.stdin.on('error', () => undefined)
    const exited = new Promise<Exit>((resolve) => {
      child.once('exit', (code, signal) => resolve({ code, signal }))
      child.once('error', () => resolve({ code: null, signal: null }))
    })
    return { pid: child.pid ?? null, exited, kill: (signal) => child.kill(signal) }
  }
}
