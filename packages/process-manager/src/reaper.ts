import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const SCRIPT = fileURLToPath(new URL('reaper.sh', import.meta.url))

/**
 * Outlives this process for as long as it takes to end the process groups that it left, even by `kill -9`. What `guard` was told and `release` was not is killed
 * 3 s after our end at the latest.
 */
export class Reaper {
  readonly #guarded = new Set<number>()
  #child: ChildProcess | undefined

  /** To be called as soon as the group exists. */
  guard(group: number): void {
    this.#guarded.add(group)
    if (this.#child) this.#tell(`+${group}`)
    else this.#start()
  }

  /** To be called when nobody of the group is left. */
  release(group: number): void {
    if (this.#guarded.delete(group)) this.#tell(`-${group}`)
  }

  #start(): void {
    const child = spawn('/bin/sh', [SCRIPT], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
    this.#child = child
    // Killed by somebody: the next group that is guarded brings another one.
    const gone = () => {
      if (this.#child === child) this.#child = undefined
    }
    child.once('exit', gone).once('error', gone)
    child.stdin?.on('error', gone)
    child.unref()
    for (const group of this.#guarded) this.#tell(`+${group}`)
  }

  #tell(line: string): void {
    this.#child?.stdin?.write(`${line}\n`)
  }
}
