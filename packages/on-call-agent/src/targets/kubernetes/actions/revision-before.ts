import type { ReplicaSet } from '../objects.ts'

const REVISION = 'deployment.kubernetes.io/revision'
/** The revisions that a replica set was before it was taken up again, e.g. by a rollback. */
const HISTORY = 'deployment.kubernetes.io/revision-history'
/** Shorter tells nothing: a leak needs its time to show. */
const LONG_ENOUGH_MS = 10 * 60_000

/** A time in which one replica set was the deployment's newest revision. */
interface Reign {
  revision: number
  replicaSet: ReplicaSet
  /** Unix ms; undefined where it was taken up again, of which no time is kept. */
  from: number | undefined
}

export const imagesOf = ({ spec }: ReplicaSet) => spec.template.spec.containers.map(({ image }) => image).join(', ')

/** Where a rollback goes to, and what is known of it. */
export interface RevisionBefore {
  replicaSet: ReplicaSet
  revision: number
  /** Why it counts as having run well. */
  because: string
}

/**
 * The newest revision with other images than the present ones that ran well: it was the deployment's for ten minutes, or somebody went back to it, or the deployment began with it; and nobody ever went back from its
 * images. `own` are the replica sets of one deployment.
 */
export function decideRevisionBefore(own: readonly ReplicaSet[]): { now?: ReplicaSet; before?: RevisionBefore } {
  const reigns = reignsOf(own)
  const now = reigns.at(-1)?.replicaSet
  if (!now) return {}
  const left = new Set(reigns.flatMap((reign, i) => (isLeft(reigns, i) ? [imagesOf(reign.replicaSet)] : [])))
  const present = imagesOf(now)
  const fits = reigns.flatMap((reign, i) => {
    const { replicaSet, revision } = reign
    const images = imagesOf(replicaSet)
    const because = provenBy(reigns, i)
    return images === present || left.has(images) || because === undefined ? [] : [{ replicaSet, revision, because }]
  })
  const before = fits.at(-1)
  return { now, ...(before && { before }) }
}

function reignsOf(own: readonly ReplicaSet[]): Reign[] {
  return own
    .flatMap((replicaSet) => {
      const { annotations = {}, creationTimestamp } = replicaSet.metadata
      const earlier = (annotations[HISTORY] ?? '').split(',').filter((each) => each !== '')
      return [...earlier, annotations[REVISION] ?? '0'].map((revision, i) => ({
        revision: Number(revision),
        replicaSet,
        from: i === 0 ? Date.parse(creationTimestamp ?? '') : undefined,
      }))
    })
    .sort((a, b) => a.revision - b.revision)
}

/** What came next had been there before it. */
function isLeft(reigns: Reign[], i: number): boolean {
  const [reign, next] = [reigns[i], reigns[i + 1]]
  if (!reign || !next || imagesOf(next.replicaSet) === imagesOf(reign.replicaSet)) return false
  return reigns.slice(0, i).some(({ replicaSet }) => imagesOf(replicaSet) === imagesOf(next.replicaSet))
}

function provenBy(reigns: Reign[], i: number): string | undefined {
  const reign = reigns[i]
  if (!reign) return undefined
  if (i > 0 && isLeft(reigns, i - 1)) return 'somebody went back to it'
  const [from, to] = [reign.from ?? Number.NaN, reigns[i + 1]?.from ?? Number.NaN]
  if (to - from >= LONG_ENOUGH_MS) return `it ran for ${Math.floor((to - from) / 60_000)} minutes`
  return i === 0 ? 'the deployment began with it' : undefined
}
