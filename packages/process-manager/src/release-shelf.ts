import { buildTree } from '@oncall-lab/releases/built-tree'
import { CURRENT, type History, loadHistory, type Release } from '@oncall-lab/releases/history'
import { badInput, conflict, describeError } from '@oncall-lab/service-kit/errors'
import type { ReleaseEntry } from './deploy-schema.ts'

/** What a process runs, and where it lies. */
export interface InstalledRelease {
  release: string
  /** 40 hexadecimal digits. */
  commit: string
  /** The folder that holds it, as a repository. */
  root: string
}

/** The releases that can be installed on this machine. */
export class ReleaseShelf {
  readonly #releases: readonly Release[]
  readonly #place: { root: string; directory: string }
  readonly leftOut: History['left_out']

  /** `root` is the repository, `directory` keeps the built releases. */
  constructor(place: { root: string; directory: string }) {
    const { releases, left_out } = loadHistory(place.root)
    this.#place = place
    this.#releases = releases
    this.leftOut = left_out
  }

  /** All of them, oldest first. */
  list(): Omit<ReleaseEntry, 'ran_well' | 'ports'>[] {
    return this.#releases.map(({ release, from, head, commits }) => ({
      release,
      from,
      commit: head.sha,
      commits: commits.map(({ sha, author, message }) => ({
        commit: sha,
        author: author.name,
        at: author.date,
        title: message.split('\n', 1)[0] ?? '',
      })),
    }))
  }

  /** The one that the lab begins with. */
  get first(): InstalledRelease {
    return this.install(CURRENT)
  }

  /** True for the one that the lab begins with, and for those before it. */
  isOld(release: string): boolean {
    return release === CURRENT || this.isOlder(release, CURRENT)
  }

  /** True when both are there and the first was made before the second. */
  isOlder(release: string, other: string): boolean {
    const names = this.#releases.map((each) => each.release)
    return names.includes(release) && names.indexOf(release) < names.indexOf(other)
  }

  /** Builds it, unless that was done. @throws LabError 400 for one that is not there, 409 when it cannot be built. */
  install(release: string): InstalledRelease {
    const found = this.#releases.find((each) => each.release === release)
    const there = this.#releases.map((each) => each.release).join(', ')
    if (!found) throw badInput('body.release', `must be one of ${there}, got ${JSON.stringify(release)}`)
    try {
      return { release, commit: found.head.sha, root: buildTree(found, this.#place) }
    } catch (error) {
      throw conflict(`Release ${release} cannot be built in ${this.#place.directory}: ${describeError(error)}`)
    }
  }
}
