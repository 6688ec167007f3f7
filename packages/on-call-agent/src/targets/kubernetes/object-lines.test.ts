import { expect, test } from 'vitest'
import type { ListedPod } from '../../cluster-functions.ts'
import { worstFirst } from './object-lines.ts'

const pod = (name: string, over: { ready?: string; phase?: string; restarts?: number } = {}): ListedPod => ({
  name,
  node: 'lab-node-1',
  phase: over.phase ?? 'Running',
  ready: over.ready ?? '1/1',
  created: null,
  containers: [{ name: 'inventory', image: 'inventory:r1', restarts: over.restarts ?? 0 }],
})

test('pods that are not ready come first, then those that were restarted, each by name, whatever order the API gave', () => {
  const pods = [
    pod('e'),
    pod('d', { restarts: 3 }),
    pod('b'),
    pod('c', { ready: '0/1' }),
    pod('a', { phase: 'Pending', ready: '0/1' }),
    pod('f', { phase: 'Terminating' }),
  ]
  const names = ['a', 'c', 'f', 'd', 'b', 'e']
  expect(worstFirst(pods).map(({ name }) => name)).toEqual(names)
  expect(worstFirst(pods.toReversed()).map(({ name }) => name)).toEqual(names)
})
