import { expect, test } from 'vitest'
import { decideStart } from './decide-start.ts'

const container = { service: 'on-call-agent', status: 'exited', exitCode: 0, error: '' }

test.each([
  ['runs', { ...container, status: 'running' }, { kind: 'leave', reason: 'runs' }],
  ['is about to be restarted by the engine', { ...container, status: 'restarting', exitCode: 137 }, { kind: 'leave', reason: 'runs' }],
  ['was stopped and ended in order', container, { kind: 'leave', reason: 'stopped_in_order' }],
  ['was stopped and ended by SIGTERM', { ...container, exitCode: 143 }, { kind: 'leave', reason: 'stopped_in_order' }],
  ['was killed', { ...container, exitCode: 137 }, { kind: 'start', reason: 'killed' }],
  [
    'found no pod',
    { ...container, exitCode: 128, error: 'cannot join network of a non running container' },
    { kind: 'start', reason: 'lost_its_pod' },
  ],
])('a container that %s', (_title, given, decision) => {
  expect(decideStart(given)).toEqual(decision)
})
