import { expect, test } from 'vitest'
import type { FleetChange } from './process-manager.ts'
import { provenBefore } from './proven-before.ts'

const ALL = [8001, 8002, 8003]
const put = (from: string, release: string, { ports = ALL, type = 'deploy_finished' } = {}): FleetChange => ({
  ...{ at: '2026-01-01T00:00:00Z', by: 'somebody', type, from, release, ports },
})
const proven = (...releases: string[]) => new Set(releases)

test.each<[what: string, events: FleetChange[], ranWell: Set<string>, wanted: string | undefined]>([
  ['what it was put in place of', [put('r4', 'r6')], proven('r4'), 'r4'],
  ['a gap in the numbers changes nothing', [put('r4', 'r9')], proven('r4', 'r8'), 'r4'],
  ['two bad ones in a row: what was there before both', [put('r4', 'r6'), put('r6', 'r7')], proven('r4'), 'r4'],
  [
    'on one instance: what ran there, not what ran elsewhere',
    [put('r3', 'r5', { ports: [8002] }), put('r4', 'r7', { ports: [8001] }), put('r5', 'r6', { ports: [8002] })],
    proven('r3', 'r4'),
    'r3',
  ],
  ['one that stopped half-way was there too', [put('r4', 'r6'), put('r6', 'r10', { type: 'deploy_stopped' })], proven('r4'), 'r4'],
  ['nobody knows of one that ran well', [put('r5', 'r6')], proven('r4'), undefined],
  ['never to itself', [put('r4', 'r6'), put('r6', 'r4')], proven('r4'), undefined],
])('%s', (_what, events, ranWell, wanted) => {
  const last = events.at(-1)
  expect(last && provenBefore(last, events, ranWell)).toBe(wanted)
})
