import { mkdir, open, rename } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** Prometheus' file-based service discovery: one file, always whole, always readable for whatever user Prometheus runs as. */
export class TargetsFile {
  readonly #path: string
  #latest: Promise<void> = Promise.resolve()

  constructor(path: string) {
    this.#path = path
  }

  /** Replaces the contents by these ports; resolves when they are on disk. Calls are carried out in their order. */
  write(ports: readonly number[]): Promise<void> {
    const targets = ports.map((port) => `127.0.0.1:${port}`)
    const text = `${JSON.stringify([{ labels: { job: 'inventory' }, targets }])}\n`
    const written = this.#latest.then(() => replaceFile(this.#path, text))
    this.#latest = written.catch(() => undefined)
    return written
  }
}

async function replaceFile(path: string, text: string): Promise<void> {
  const directory = dirname(path)
  await mkdir(directory, { recursive: true })
  const temporary = join(directory, `.${basename(path)}.${process.pid}.tmp`)
  {
    await using file = await open(temporary, 'w')
    await file.chmod(0o644)
    await file.writeFile(text)
    await file.sync()
  }
  await rename(temporary, path)
}
