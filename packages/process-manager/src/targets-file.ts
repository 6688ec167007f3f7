import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

const TRY_AGAIN_AFTER_MS = 1_000
/** A temporary file this old is nobody's any more, whoever has its writer's pid now. */
const LEFT_OVER_AFTER_MS = 60_000

/**
 * Prometheus' file-based service discovery: one file, always whole, always readable for whatever user Prometheus runs as. It is replaced by a synced temporary
 * file in the same directory (rename(2) is atomic). Nothing is written on the way out: the instances of a process manager that ended are down, and
 * `up == 0` says so; an empty list would make them unknown instead.
 */
export class TargetsFile implements Disposable {
  readonly #path: string
  readonly #onError: (error: unknown) => void
  #wanted: readonly number[] = []
  #isWriting = false
  #isDirty = false
  #isClean = false
  #isKept = false
  #written = Promise.withResolvers<void>()
  #retry: NodeJS.Timeout | undefined

  /** `onError` is told of each write that failed; it is tried again each second. */
  constructor(path: string, onError: (error: unknown) => void = () => {}) {
    this.#path = path
    this.#onError = onError
  }

  /** Replaces the contents by these ports; resolves when this or a later list is on disk, or could not be written. Never rejects. */
  write(ports: readonly number[]): Promise<void> {
    this.#wanted = ports
    if (this.#isKept) return Promise.resolve()
    if (!this.#isDirty) this.#written = Promise.withResolvers()
    this.#isDirty = true
    const { promise } = this.#written
    void this.#writeAll()
    return promise
  }

  /** True: the file stays as it is, whatever is asked for; false: it is written anew, as it was asked for last. */
  keep(isKept: boolean): void {
    this.#isKept = isKept
    void this.write(this.#wanted)
  }

  /** Resolves when what was asked for last is on disk. */
  written(): Promise<void> {
    return this.#isDirty || this.#isWriting ? this.#written.promise : Promise.resolve()
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#retry)
  }

  async #writeAll(): Promise<void> {
    if (this.#isWriting) return
    this.#isWriting = true
    clearTimeout(this.#retry)
    while (this.#isDirty) {
      this.#isDirty = false
      const written = this.#written
      try {
        await this.#clean()
        await replaceFile(this.#path, format(this.#wanted))
      } catch (error) {
        this.#onError(error)
        this.#isClean = false
        this.#retry = setTimeout(() => void this.write(this.#wanted), TRY_AGAIN_AFTER_MS).unref()
      }
      written.resolve()
    }
    this.#isWriting = false
  }

  /** Removes what writers left that were killed in the middle. */
  async #clean(): Promise<void> {
    if (this.#isClean) return
    const directory = dirname(this.#path)
    await mkdir(directory, { recursive: true })
    const prefix = `.${basename(this.#path)}.`
    for (const name of await readdir(directory)) {
      if (!name.startsWith(prefix) || !name.endsWith('.tmp')) continue
      const path = join(directory, name)
      if (!isAlive(Number(name.slice(prefix.length, -4))) || (await isOld(path))) await rm(path, { force: true })
    }
    this.#isClean = true
  }
}

function format(ports: readonly number[]): string {
  const targets = ports.map((port) => `127.0.0.1:${port}`)
  return `${JSON.stringify([{ labels: { job: 'inventory' }, targets }])}\n`
}

/** Replaces a file as a whole; it is on disk when this resolves, and every user can read it. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const directory = dirname(path)
  const temporary = join(directory, `.${basename(path)}.${process.pid}.tmp`)
  {
    await using file = await open(temporary, 'w')
    await file.chmod(0o644)
    await file.writeFile(text)
    await file.sync()
  }
  await rename(temporary, path)
  // The rename itself is on disk only when the directory is (fsync(2)).
  await using folder = await open(directory, 'r')
  await folder.sync()
}

function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

async function isOld(path: string): Promise<boolean> {
  const entry = await stat(path).catch(() => null)
  return entry !== null && Date.now() - entry.mtimeMs > LEFT_OVER_AFTER_MS
}
