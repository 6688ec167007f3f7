/** A release of the shop: what it is made from, and the folder below `patches/` that holds what it adds, one file a commit. */
interface ListedRelease {
  release: string
  /** The release that it was made from; null for the first. */
  from: string | null
}

/** The release whose files are those of the repository: the lab starts with it. */
export const CURRENT = 'r4'

/** All releases, oldest first. Those before `CURRENT` are a line; the others were each cut from it. */
export const RELEASES: readonly ListedRelease[] = [
  { release: 'r1', from: null },
  { release: 'r2', from: 'r1' },
  { release: 'r3', from: 'r2' },
  { release: 'r4', from: 'r3' },
  { release: 'r5', from: 'r4' },
  { release: 'r6', from: 'r4' },
  { release: 'r7', from: 'r4' },
  { release: 'r8', from: 'r4' },
  { release: 'r9', from: 'r4' },
  { release: 'r10', from: 'r4' },
  { release: 'r11', from: 'r4' },
]
