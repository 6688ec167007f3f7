import type { Commit, SourceTree, TreeEntry } from './source-tree.ts'

/** A recursive answer ends here (https://docs.github.com/en/rest/git/trees#get-a-tree). */
const MOST = 100_000

/** These entries, and all that lies below their folders, a folder before what it holds. */
export async function allBelow(tree: SourceTree, commit: Commit, entries: TreeEntry[]): Promise<TreeEntry[]> {
  const found: TreeEntry[] = []
  for (const entry of entries) {
    if (found.length >= MOST) break
    found.push(entry)
    if (entry.type === 'dir') found.push(...(await allBelow(tree, commit, await tree.list(commit, entry.path))))
  }
  return found
}
