/** The memory in which one answer is put together. */
export interface Area {
  readonly bytes: Buffer
  /** Once. */
  giveBack(): void
}

/** An answer that is longer is not put together here. */
export const AREA_BYTES = 131_072
const MOST_BYTES = 256 * 1_048_576

/**
 * The working memory of all requests: one resizable ArrayBuffer, cut into areas of equal size that are used again and again. It grows with the
 * number of requests under way and has an end, so that a crowd of requests cannot take the machine's memory: beyond it V8 refuses to grow it.
 */
export class WorkingMemory {
  #arena = new Arena(MOST_BYTES)

  /** @throws RangeError with the code ENOMEM, whose cause is V8's own, when all of it is in use. */
  take(): Area {
    return this.#arena.take()
  }

  /** Starts afresh with at most so many bytes, 256 MiB by default. What is in use of the present one stays valid; its memory goes back to the system when the last is given back. */
  limit(mostBytes = MOST_BYTES): void {
    const before = this.#arena
    this.#arena = new Arena(mostBytes)
    before.retire()
  }

  /** Bytes in use. */
  get inUse(): number {
    return this.#arena.inUse * AREA_BYTES
  }
}

class Arena {
  readonly #buffer: ArrayBuffer
  readonly #free: Buffer[] = []
  #isRetired = false
  inUse = 0

  constructor(mostBytes: number) {
    this.#buffer = new ArrayBuffer(0, { maxByteLength: mostBytes })
  }

  take(): Area {
    const bytes = this.#free.pop() ?? this.#grow()
    this.inUse++
    return {
      bytes,
      giveBack: () => {
        this.inUse--
        this.#free.push(bytes)
        this.#releaseWhenUnused()
      },
    }
  }

  retire(): void {
    this.#isRetired = true
    this.#releaseWhenUnused()
  }

  #grow(): Buffer {
    const at = this.#buffer.byteLength
    try {
      this.#buffer.resize(at + AREA_BYTES)
    } catch (cause) {
      const mebibytes = Math.round(this.#buffer.maxByteLength / 1_048_576)
      throw Object.assign(new RangeError(`Out of memory: all ${mebibytes} MiB of working memory are in use`, { cause }), { code: 'ENOMEM' })
    }
    return Buffer.from(this.#buffer, at, AREA_BYTES)
  }

  #releaseWhenUnused(): void {
    if (!this.#isRetired || this.inUse > 0) return
    this.#free.length = 0
    // Shrinking gives the pages back now, not at some garbage collection.
    this.#buffer.resize(0)
  }
}
