import { posix } from 'node:path'
import { formatPatch } from '@oncall-lab/releases/format-patch'
import { objectSha } from '@oncall-lab/releases/git-object'
import { CURRENT, type History, loadHistory, type ShopCommit } from '@oncall-lab/releases/history'
import type { ChangedFile, Commit, LogFilter, NamedRef, SourceTree, TreeEntry } from './source-tree.ts'

/**
 * The repository of the shop: the history of its releases, each of which is a tag. The default branch is the release that the lab begins with. What the lab
 * is made of beside the shop is not in it. @throws when there is no shop at `root`, or no such ref.
 */
export function openShopSourceTree(root: string, ref: string | undefined): SourceTree {
  const repository = new ShopRepository(loadHistory(root))
  const running = repository.find(ref ?? CURRENT)
  if (!running) throw new Error(`The shop's repository knows no commit ${ref}`)
  return {
    origin: 'shop',
    defaultBranch: 'main',
    async commit(wanted) {
      const found = wanted === undefined || wanted === 'HEAD' || wanted === 'main' ? running : repository.find(wanted)
      return found && describe(found)
    },
    entry: async ({ sha }, path) => entryOf(repository.get(sha), path),
    list: async ({ sha }, path) => childrenOf(repository.get(sha), path),
    async read({ sha }) {
      const bytes = repository.blob(sha)
      if (!bytes) throw new Error(`${sha} is not in the repository`)
      return bytes
    },
    log: async ({ sha }, filter) => repository.log(sha, filter).map(describe),
    changes: async ({ sha }) => repository.changes(sha),
    refs: async () => [{ kind: 'branch', name: 'main', sha: running.sha }, ...repository.tags()],
    blob: async (sha) => repository.blob(sha),
  }
}

class ShopRepository {
  readonly #commits = new Map<string, ShopCommit>()
  readonly #tags = new Map<string, string>()
  readonly #blobs = new Map<string, Buffer>()

  constructor({ releases }: History) {
    for (const { release, commits, head } of releases) {
      for (const commit of commits) {
        this.#commits.set(commit.sha, commit)
        for (const content of commit.files.values()) this.#blobs.set(objectSha('blob', content), content)
      }
      this.#tags.set(release, head.sha)
    }
  }

  /** By its SHA, an unambiguous beginning of it, or a tag. */
  find(ref: string): ShopCommit | undefined {
    const whole = this.#commits.get(this.#tags.get(ref.replace(/^(refs\/)?tags\//, '')) ?? ref)
    if (whole || !/^[\da-f]{7,40}$/.test(ref)) return whole
    const [found, ...more] = [...this.#commits.values()].filter(({ sha }) => sha.startsWith(ref))
    return more.length === 0 ? found : undefined
  }

  /** @throws for what is no commit of this repository. */
  get(sha: string): ShopCommit {
    const commit = this.#commits.get(sha)
    if (!commit) throw new Error(`${sha} is no commit of the repository`)
    return commit
  }

  tags(): NamedRef[] {
    return [...this.#tags].map(([name, sha]) => ({ kind: 'tag', name, sha }))
  }

  blob(sha: string): Buffer | undefined {
    return this.#blobs.get(sha)
  }

  log(sha: string, { path, since, until, author, committer, skip, limit }: LogFilter): ShopCommit[] {
    const line: ShopCommit[] = []
    for (let at = this.#commits.get(sha); at; at = this.#commits.get(at.parents[0] ?? '')) line.push(at)
    const touches = (commit: ShopCommit) => !path || this.changes(commit.sha).some((file) => isIn(file.path, path))
    const isBy = ({ author: { name, email } }: ShopCommit, wanted: string | undefined) =>
      !wanted || `${name} <${email}>`.toLowerCase().includes(wanted.toLowerCase())
    const isWithin = ({ author: { date } }: ShopCommit) =>
      (!since || Date.parse(date) >= Date.parse(since)) && (!until || Date.parse(date) <= Date.parse(until))
    const fitting = line.filter((each) => touches(each) && isWithin(each) && isBy(each, author) && isBy(each, committer))
    return fitting.slice(skip, skip + limit)
  }

  changes(sha: string): ChangedFile[] {
    const { changes, files, parents } = this.get(sha)
    if (parents.length === 0)
      return [...files].map(([path, content]) => ({
        path,
        status: 'added',
        sha: objectSha('blob', content),
        additions: content.toString('utf8').split('\n').length - 1,
        deletions: 0,
      }))
    const before = this.get(parents[0] ?? '').files
    return changes.map((change) => {
      const content = files.get(change.path) ?? before.get(change.path) ?? Buffer.alloc(0)
      const lines = change.hunks.flatMap((hunk) => hunk.lines)
      const count = (sign: string) => lines.filter((line) => line.startsWith(sign)).length
      const { path, status } = change
      return { path, status, sha: objectSha('blob', content), patch: formatPatch(change), additions: count('+'), deletions: count('-') }
    })
  }
}

function describe({ sha, trees, parents, message, author }: ShopCommit): Commit {
  return { sha, treeSha: trees.get('') ?? '', parents: [...parents], message, author, committer: author }
}

function entryOf({ files, trees }: ShopCommit, path: string): TreeEntry | undefined {
  const content = files.get(path)
  if (content) return { type: 'file', path, sha: objectSha('blob', content), size: content.length }
  const sha = trees.get(path)
  return sha === undefined ? undefined : { type: 'dir', path, sha, size: 0 }
}

function childrenOf(commit: ShopCommit, folder: string): TreeEntry[] {
  const parentOf = (path: string) => (posix.dirname(path) === '.' ? '' : posix.dirname(path))
  const paths = [...commit.files.keys(), ...commit.trees.keys()].filter((path) => path !== '' && parentOf(path) === folder)
  return paths.sort().flatMap((path) => entryOf(commit, path) ?? [])
}

function isIn(file: string, path: string): boolean {
  return file === path || file.startsWith(`${path}/`)
}
