/** A file, a folder, a symbolic link or a submodule of a commit; `path` is relative to the repository, with slashes. */
export interface TreeEntry {
  type: 'file' | 'dir' | 'symlink' | 'submodule'
  path: string
  /** The object's SHA-1 as git computes it. */
  sha: string
  /** In bytes; 0 for what is no blob. */
  size: number
}

/** A commit; times are RFC 3339. */
export interface Commit {
  sha: string
  treeSha: string
  parents: string[]
  message: string
  author: { name: string; email: string; date: string }
  committer: { name: string; email: string; date: string }
}

/** One file of a commit against its first parent. */
export interface ChangedFile {
  path: string
  status: 'added' | 'modified' | 'removed' | 'renamed'
  /** The blob's SHA-1 after the change (before it, for a removed file). */
  sha: string
  previousPath?: string
  /** The hunks of the difference; absent for binary and for very large ones. */
  patch?: string
  additions: number
  deletions: number
}

/** A branch or a tag, and the commit that it means. */
export interface NamedRef {
  kind: 'branch' | 'tag'
  name: string
  sha: string
}

/** Which commits a list call wants; times are RFC 3339, people a name or an address. */
export interface LogFilter {
  path?: string | undefined
  since?: string | undefined
  until?: string | undefined
  author?: string | undefined
  committer?: string | undefined
  skip: number
  limit: number
}

/** The repository that the stand-in of GitHub serves. Paths are checked by the caller, see repository-path.ts. */
export interface SourceTree {
  /** Where the files come from, for the log. */
  readonly origin: 'shop' | 'git' | 'disk'
  readonly defaultBranch: string
  /** The commit behind a branch, tag, SHA or `HEAD`; without a ref the commit that runs. */
  commit(ref: string | undefined): Promise<Commit | undefined>
  entry(commit: Commit, path: string): Promise<TreeEntry | undefined>
  /** What lies directly in a folder (`''` is the root). */
  list(commit: Commit, path: string): Promise<TreeEntry[]>
  read(entry: TreeEntry): Promise<Buffer>
  /** Newest first. */
  log(commit: Commit, filter: LogFilter): Promise<Commit[]>
  changes(commit: Commit): Promise<ChangedFile[]>
  /** Branches, then tags, each by name. */
  refs(): Promise<NamedRef[]>
  /** A file's bytes by its SHA-1; undefined where there is no such blob. */
  blob(sha: string): Promise<Buffer | undefined>
}
