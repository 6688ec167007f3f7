import type { InstalledRelease } from './release-shelf.ts'

/** Which release the next process on a port gets: that of the fleet, or one of the port's own. */
export class Assignments {
  #current: InstalledRelease
  readonly #own = new Map<number, InstalledRelease>()

  constructor(current: InstalledRelease) {
    this.#current = current
  }

  /** What a new instance gets. */
  get current(): InstalledRelease {
    return this.#current
  }

  of(port: number): InstalledRelease {
    return this.#own.get(port) ?? this.#current
  }

  /** From its next start on. */
  assign(port: number, release: InstalledRelease): void {
    this.#own.set(port, release)
  }

  /** The release of all ports, also of those that had one of their own. */
  assignAll(release: InstalledRelease): void {
    this.#current = release
    this.#own.clear()
  }

  /** The instance is no more: a later one on its port is a new one. */
  forget(port: number): void {
    this.#own.delete(port)
  }
}
