import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describeError } from '@oncall-lab/service-kit/errors'
import { applyPatches, reversePatch } from './apply-patch.ts'
import { commitSha, type Signature, treeShas } from './git-object.ts'
import { type FilePatch, type PatchFile, parsePatchFile } from './patch-file.ts'
import { CURRENT, RELEASES } from './release-list.ts'
import { isOfTheLab, readShopFiles } from './shop-files.ts'

export { CURRENT } from './release-list.ts'

/** A commit of the shop's repository, with the SHA-1 that git would give it. */
export interface ShopCommit {
  sha: string
  /** The SHA-1 of each folder, `''` for the root. */
  trees: ReadonlyMap<string, string>
  parents: readonly string[]
  message: string
  author: Signature
  /** The shop's files; what the lab keeps inside the shop to break it is none of them. */
  files: ReadonlyMap<string, Buffer>
  /** Against its parent, with the lines where they really are. */
  changes: readonly FilePatch[]
}

/** A release of the shop. */
export interface Release {
  release: string
  from: string | null
  /** What it adds to `from`, oldest first; the last one is what it is built of. */
  commits: readonly ShopCommit[]
  head: ShopCommit
  /** All that an instance of it runs; undefined when that is what the repository holds. */
  runs: ReadonlyMap<string, Buffer> | undefined
}

/** The shop's releases, oldest first, and those that its source no longer gives. */
export interface History {
  releases: readonly Release[]
  left_out: readonly { release: string; reason: string }[]
}

/** How far the files of a release are known, and its commits without their place in the history. */
interface Draft {
  release: string
  from: string | null
  steps: { patch: PatchFile; changes: FilePatch[]; files: Map<string, Buffer> }[]
  files: Map<string, Buffer>
}

const PATCHES = join(import.meta.dirname, '../patches')
const IMPORT: Pick<PatchFile, 'author' | 'message'> = {
  author: { name: 'Ines Duarte', email: 'ines@oncall-lab.example', date: '2026-09-14T08:12:40Z' },
  message: 'Begin the history of the shop\n\nThe files as they came over from the old repository.',
}

/**
 * The history of the shop at `root`: the source as it is there is the release `CURRENT`, the releases before it are what is left when their patches are taken
 * back, and each later one adds its patches. The same source gives the same SHAs. A release whose patches no longer fit is left out, with the reason.
 */
export function loadHistory(root: string): History {
  const source = readShopFiles(root)
  const leftOut: History['left_out'][number][] = []
  const drafts = [...takeBack(source, leftOut), ...cut(source, leftOut)]
  const releases = new Map<string, Release>()
  for (const draft of drafts) {
    const parent = draft.from === null ? undefined : releases.get(draft.from)
    if (draft.from !== null && !parent) leftOut.push({ release: draft.release, reason: `${draft.from} is not there` })
    else releases.set(draft.release, commit(draft, parent))
  }
  return { releases: [...releases.values()], left_out: leftOut }
}

/** From the newest to the oldest, in the order of their making: `CURRENT` and those before it. */
function takeBack(source: Map<string, Buffer>, leftOut: { release: string; reason: string }[]): Draft[] {
  const line = RELEASES.slice(0, RELEASES.findIndex(({ release }) => release === CURRENT) + 1).reverse()
  const drafts: Draft[] = []
  let files = source
  for (const { release, from } of line) {
    const draft: Draft = { release, from, files, steps: [] }
    drafts.unshift(draft)
    try {
      for (const patch of from === null ? [] : readPatches(release).reverse()) {
        const taken = applyPatches(files, patch.files.map(reversePatch).reverse())
        draft.steps.unshift({ patch, files, changes: taken.patches.map(reversePatch).reverse() })
        files = taken.files
      }
    } catch (error) {
      leftOut.push({ release: from ?? '', reason: `${release} cannot be taken back: ${describeError(error)}` })
      Object.assign(draft, { from: null, steps: [] })
      return drafts
    }
  }
  return drafts
}

/** The releases after `CURRENT`. */
function cut(source: Map<string, Buffer>, leftOut: { release: string; reason: string }[]): Draft[] {
  const after = RELEASES.slice(RELEASES.findIndex(({ release }) => release === CURRENT) + 1)
  return after.flatMap(({ release, from }) => {
    const draft: Draft = { release, from, files: source, steps: [] }
    try {
      for (const patch of readPatches(release)) {
        const { files, patches } = applyPatches(draft.files, patch.files)
        draft.files = files
        draft.steps.push({ patch, files, changes: patches })
      }
      return [draft]
    } catch (error) {
      leftOut.push({ release, reason: describeError(error) })
      return []
    }
  })
}

function commit({ release, from, steps, files }: Draft, parent: Release | undefined): Release {
  const commits: ShopCommit[] = []
  if (!parent) commits.push(createCommit({ patch: IMPORT, files, changes: [], parent: undefined }))
  for (const { patch, changes, files: after } of steps) {
    commits.push(createCommit({ patch, files: after, changes, parent: commits.at(-1) ?? parent?.head }))
  }
  const head = commits.at(-1)
  if (!head) throw new Error(`${release} adds nothing to ${from}`)
  return { release, from, commits, head, runs: release === CURRENT ? undefined : files }
}

interface NewCommit {
  patch: Pick<PatchFile, 'author' | 'message'>
  files: Map<string, Buffer>
  changes: readonly FilePatch[]
  parent: ShopCommit | undefined
}

function createCommit({ patch: { author, message }, files, changes, parent }: NewCommit): ShopCommit {
  const own = new Map([...files].filter(([path]) => !isOfTheLab(path)))
  const trees = treeShas(own)
  const parents = parent ? [parent.sha] : []
  const sha = commitSha({ tree: trees.get('') ?? '', parents, author, committer: author, message })
  return { sha, trees, parents, message, author, files: own, changes }
}

function readPatches(release: string): PatchFile[] {
  const folder = join(PATCHES, release)
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.patch'))
    .map(({ name }) => name)
    .sort()
    .map((name) => {
      try {
        return parsePatchFile(readFileSync(join(folder, name), 'utf8'))
      } catch (cause) {
        throw new Error(`${release}/${name} cannot be read`, { cause })
      }
    })
}
