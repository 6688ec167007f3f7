import { expect, test } from 'vitest'
import type { Pod } from './objects.ts'
import { instanceOf } from './pod-instance.ts'

const at = (seconds: number) => new Date(1_800_000_000_000 + seconds * 1_000).toISOString()

function podWith(ready: boolean, notReadySince: number | undefined): Pod {
  return {
    metadata: { name: 'inventory-5d9-a', namespace: 'shop' },
    spec: { nodeName: 'n1', containers: [{ name: 'inventory', image: 'inventory:r4', ports: [{ containerPort: 8001 }] }] },
    status: {
      phase: 'Running',
      podIP: '127.0.0.1',
      conditions: [
        { type: 'Ready', status: ready ? 'True' : 'False', ...(notReadySince !== undefined && { lastTransitionTime: at(notReadySince) }) },
      ],
      containerStatuses: [{ name: 'inventory', image: 'inventory:r4', ready, restartCount: 0, state: { running: { startedAt: at(0) } } }],
    },
  }
}

test.each([
  ['is ready', podWith(true, undefined), 'running'],
  ['was never ready since its start', podWith(false, -1), 'starting'],
  ['started again at once after its end', podWith(false, 1), 'starting'],
  ['was ready and is no more, as where its process hangs', podWith(false, 90), 'running'],
  ['has no time of its condition', podWith(false, undefined), 'starting'],
] as const)('a pod that %s', (_, pod, state) => {
  expect(instanceOf(pod).state).toBe(state)
})
