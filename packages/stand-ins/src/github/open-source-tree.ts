import { describeError } from '@oncall-lab/service-kit/errors'
import { openDiskSourceTree } from './disk-source-tree.ts'
import { createGit } from './git.ts'
import { openGitSourceTree } from './git-source-tree.ts'
import type { SourceTree } from './source-tree.ts'

interface Source {
  /** The folder with the repository. */
  root: string
  /** The commit to serve; the checked-out one when absent. */
  ref: string | undefined
  environment: { PATH: string; HOME: string }
}

/** The repository at `root`: out of git where that works, else the files as they are on the disk; `warn` is told why git does not. */
export async function openSourceTree({ root, ref, environment }: Source, warn: (reason: string) => void): Promise<SourceTree> {
  try {
    return await openGitSourceTree(createGit(root, environment), ref)
  } catch (error) {
    warn(describeError(error).split('\n').slice(-2).join(' ').trim())
    return openDiskSourceTree(root, ref, Date.now())
  }
}
