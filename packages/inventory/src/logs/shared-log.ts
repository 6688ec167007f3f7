import { closeSync, fstatSync, mkdirSync, openSync, renameSync, statSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

const LONGEST_BYTES = 5_000_000
/** Its lines hold what customers wrote. */
const OWNER_ONLY = 0o600

/**
 * A log file that several processes append to: each line is one write at the file's end (O_APPEND), so lines never mix.
 * A full file becomes `<path>.1`, the older one is dropped; a writer that meanwhile wrote to the renamed file has its line there.
 */
export class SharedLog implements Disposable {
  readonly #path: string
  readonly #longestBytes: number
  #file: number | undefined

  constructor(path: string, longestBytes = LONGEST_BYTES) {
    this.#path = path
    this.#longestBytes = longestBytes
    mkdirSync(dirname(path), { recursive: true })
  }

  /** `line` without a line break. @throws what the file system throws. */
  append(line: string): void {
    writeSync(this.#currentFile(), `${line}\n`)
  }

  #currentFile(): number {
    const onDisk = statSync(this.#path, { throwIfNoEntry: false })
    if (onDisk && onDisk.size >= this.#longestBytes) this.#tryToRotate()
    else if (this.#file !== undefined && onDisk?.ino === fstatSync(this.#file).ino) return this.#file
    this[Symbol.dispose]()
    this.#file = openSync(this.#path, 'a', OWNER_ONLY)
    return this.#file
  }

  /** When it cannot be done now, the line goes to the full file and the next line tries again. */
  #tryToRotate(): void {
    try {
      this.#rotate()
    } catch {}
  }

  #rotate(): void {
    // SQLite's file lock is used for its own sake: the system releases it even when its holder is killed.
    using lock = new DatabaseSync(`${this.#path}.lock`, { timeout: 1_000 })
    lock.exec('BEGIN EXCLUSIVE')
    const now = statSync(this.#path, { throwIfNoEntry: false })
    if (now && now.size >= this.#longestBytes) renameSync(this.#path, `${this.#path}.1`)
  }

  [Symbol.dispose](): void {
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = undefined
  }
}
