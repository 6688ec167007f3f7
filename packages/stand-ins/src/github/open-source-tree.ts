import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describeError } from '@oncall-lab/service-kit/errors'
import { openDiskSourceTree } from './disk-source-tree.ts'
import { createGit } from './git.ts'
import { openGitSourceTree } from './git-source-tree.ts'
import { openShopSourceTree } from './shop-source-tree.ts'
import type { SourceTree } from './source-tree.ts'

interface Source {
  /** The folder with the repository. */
  root: string
  /** The commit to serve; the checked-out one when absent. */
  ref: string | undefined
  environment: { PATH: string; HOME: string }
}

/**
 * What is served of `root`: where the shop lies in it, the shop's repository with the history of its releases. Else the repository out of git where that
 * works, or the files as they are on the disk; `warn` gets the reason.
 */
export async function openSourceTree({ root, ref, environment }: Source, warn: (reason: string) => void): Promise<SourceTree> {
  if (existsSync(join(root, 'packages/inventory/src'))) return openShopSourceTree(root, ref)
  try {
    return await openGitSourceTree(createGit(root, environment), ref)
  } catch (error) {
    warn(describeError(error).split('\n').slice(-2).join(' ').trim())
    return openDiskSourceTree(root, ref, Date.now())
  }
}
