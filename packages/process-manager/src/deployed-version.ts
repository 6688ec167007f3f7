import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** What a process runs. */
export interface DeployedVersion {
  /** The package's version. */
  release: string
  /** 40 hexadecimal digits, or `unknown`. */
  commit: string
}

/** What a process that is started now would run; `packageDirectory` lies in the repository at `root`, `commit` is known where there is no repository. */
export function readDeployedVersion({
  root,
  packageDirectory,
  commit,
}: {
  root: string
  packageDirectory: string
  commit?: string
}): DeployedVersion {
  return { release: readRelease(packageDirectory), commit: commit || readCommit(root) }
}

function readRelease(directory: string): string {
  const { version } = JSON.parse(tryRead(join(directory, 'package.json')) ?? '{}') as { version?: unknown }
  return typeof version === 'string' ? version : 'unknown'
}

/** What HEAD names, without the git program (gitrepository-layout(5)): a commit, or a branch in a file of its own or among the packed ones. */
function readCommit(root: string): string {
  const directory = findGitDirectory(root)
  const head = tryRead(join(directory, 'HEAD'))?.trim()
  const branch = head?.startsWith('ref: ') ? head.slice(5) : undefined
  if (head === undefined || branch === undefined) return commitOr(head, 'unknown')
  // A linked worktree has its own HEAD and shares the branches.
  const shared = resolve(directory, tryRead(join(directory, 'commondir'))?.trim() ?? '.')
  const packed = tryRead(join(shared, 'packed-refs'))
    ?.split('\n')
    .find((line) => line.endsWith(` ${branch}`))
  return commitOr(tryRead(join(shared, branch))?.trim(), commitOr(packed?.split(' ')[0], 'unknown'))
}

/** In a linked worktree `.git` is a file that names the directory. */
function findGitDirectory(root: string): string {
  const pointer = /^gitdir: (.+)$/m.exec(tryRead(join(root, '.git')) ?? '')?.[1]
  return pointer === undefined ? join(root, '.git') : resolve(root, pointer)
}

function commitOr(text: string | undefined, otherwise: string): string {
  return text !== undefined && /^[0-9a-f]{40}$/.test(text) ? text : otherwise
}

function tryRead(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined // There is none, or it is a directory.
  }
}
