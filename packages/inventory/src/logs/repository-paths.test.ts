import { expect, it } from 'vitest'
import { tidyStack } from './repository-paths.ts'

it('makes paths relative to the repository, in both spellings, and leaves out what is inside Node', () => {
  const stack = [
    'TypeError: x is null',
    '    at composeTeaser (file:///srv/lab/packages/inventory/src/campaigns.ts:26:36)',
    '    at Object.<anonymous> (/srv/lab/packages/inventory/src/app.ts:20:12)',
    '    at process.processTicksAndRejections (node:internal/process/task_queues:104:5)',
    '    at async file:///srv/lab/packages/inventory/src/a b.ts:1:2',
    '    at node:internal/timers:5:1',
  ].join('\n')
  expect(tidyStack(stack, '/srv/lab/').split('\n')).toEqual([
    'TypeError: x is null',
    '    at composeTeaser (packages/inventory/src/campaigns.ts:26:36)',
    '    at Object.<anonymous> (packages/inventory/src/app.ts:20:12)',
    '    at async packages/inventory/src/a b.ts:1:2',
  ])
})
