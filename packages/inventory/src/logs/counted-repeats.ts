/** Where lines go: a stream, or what a test gives. */
interface LineSink {
  write(line: string): unknown
}

const EVERY_MS = 10_000
/** Different failures that are told apart at a time; more are counted together. */
const KINDS_AT_MOST = 50
const FAILED = '"msg":"request failed"'

/** As service-kit's error handler and pino write it. */
interface FailureLine {
  err?: { type?: string; message?: string }
  time?: number
  reqId?: string
}

interface Kind {
  repeats: number
  /** The fields of the first one without its stack, for the line that counts the others. */
  fields: Record<string, unknown>
}

/**
 * The instance's log as its supervisor gets it: of failed requests that are alike (method, route, error) the first is written with its stack, and every 10 s
 * how many there were since. A fault under load would else write gigabytes that say one thing. Every single failure is in the shared error log.
 */
export class CountedRepeats implements Disposable {
  readonly #out: LineSink
  readonly #kinds = new Map<string, Kind>()
  readonly #timer: NodeJS.Timeout

  constructor(out: LineSink) {
    this.#out = out
    this.#timer = setInterval(() => this.#report(), EVERY_MS).unref()
  }

  /** Takes one line of pino's. */
  write(line: string): void {
    if (!line.includes(FAILED) || !this.#isRepeat(line)) this.#out.write(line)
  }

  /** Writes what is counted and not yet written. */
  [Symbol.dispose](): void {
    clearInterval(this.#timer)
    this.#report()
  }

  #isRepeat(line: string): boolean {
    const { err = {}, time: _, reqId: __, ...fields } = JSON.parse(line) as FailureLine
    const error = `${err.type}: ${err.message}`
    const kind = JSON.stringify([fields, error])
    const known = this.#kinds.get(kind) ?? (this.#kinds.size >= KINDS_AT_MOST ? [...this.#kinds.values()].at(-1) : undefined)
    if (known) known.repeats += 1
    else this.#kinds.set(kind, { repeats: 0, fields: { ...fields, error } })
    return known !== undefined
  }

  #report(): void {
    for (const [name, kind] of this.#kinds) {
      const { repeats, fields } = kind
      kind.repeats = 0
      // What did not come again is new the next time.
      if (repeats === 0) this.#kinds.delete(name)
      else
        this.#out.write(
          `${JSON.stringify({ ...fields, time: Date.now(), repeats, seconds: EVERY_MS / 1_000, msg: 'request failed as before' })}\n`,
        )
    }
  }
}
