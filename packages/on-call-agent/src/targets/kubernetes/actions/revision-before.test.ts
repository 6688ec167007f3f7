import { expect, test } from 'vitest'
import type { ReplicaSet } from '../objects.ts'
import { decideRevisionBefore } from './revision-before.ts'

const BEGIN = Date.parse('2026-01-01T00:00:00Z')

/** A replica set of an image: the minute in which it was made, and the revisions that it was, oldest first. */
function made(image: string, minute: number, ...revisions: number[]): ReplicaSet {
  const [newest, ...earlier] = revisions.toReversed()
  return {
    metadata: {
      name: image,
      creationTimestamp: new Date(BEGIN + minute * 60_000).toISOString(),
      annotations: {
        'deployment.kubernetes.io/revision': String(newest),
        ...(earlier.length > 0 && { 'deployment.kubernetes.io/revision-history': earlier.toReversed().join(',') }),
      },
    },
    spec: { template: { spec: { containers: [{ name: 'c', image }] } } },
  } as unknown as ReplicaSet // Only what is read.
}

test.each<[what: string, own: ReplicaSet[], back: string | undefined, because?: string]>([
  ['the one before, which ran for an hour', [made('a', 0, 1), made('b', 5, 2), made('c', 65, 3)], 'b', 'it ran for 60 minutes'],
  [
    'not the one before where it ran for three minutes only',
    [made('a', 0, 1), made('b', 60, 2), made('c', 63, 3)],
    'a',
    'it ran for 60 minutes',
  ],
  [
    'not one that somebody went back from, however long it ran',
    [made('a', 0, 1, 3), made('b', 60, 2), made('c', 300, 4)],
    'a',
    'somebody went back to it',
  ],
  ['what the deployment began with', [made('a', 0, 1), made('b', 2, 2)], 'a', 'the deployment began with it'],
  ['a restart makes a revision and no other images', [made('a', 0, 1), made('b', 60, 2), made('b', 90, 3)], 'a', 'it ran for 60 minutes'],
  ['nowhere where nothing else ran', [made('a', 0, 1), made('a', 60, 2)], undefined],
  ['nowhere where all that ran was gone back from', [made('b', 0, 2), made('a', 0, 1, 3)], undefined],
  ['nowhere without a history', [], undefined],
])('a rollback goes to %s', (_what, own, back, because) => {
  for (const order of [own, own.toReversed()]) {
    const { before } = decideRevisionBefore(order)
    expect(before?.replicaSet.metadata.name).toBe(back)
    expect(before?.because).toBe(because)
  }
})
