import { expect, test } from 'vitest'
import { type AgentCall, decideAgentCall, type FleetView } from './agent-policy.ts'

const running = (port: number) => ({ port, state: 'running' as const })
const three: FleetView = {
  replicas: 3,
  instances: [running(8001), running(8002), running(8003)],
  ranWell: (release) => release === 'r4',
  lastChange: (_component, setting) =>
    setting === 'BADGES'
      ? { from: 'off', to: 'on' }
      : setting === 'DATABASE_URL'
        ? { from: 'given', to: 'missing', ports: [8002] }
        : undefined,
  busy: undefined,
}
const set = (setting: string, value: string, ports?: number[]): AgentCall => ({
  kind: 'set',
  component: 'inventory',
  setting,
  value,
  ports,
})
const oneLeft: FleetView = { ...three, instances: [running(8001), { port: 8002, state: 'fatal' }] }
const oneOut: FleetView = { ...three, instances: [running(8001), { ...running(8002), drained: true }, running(8003)] }

test.each<[string, AgentCall, FleetView, string | undefined]>([
  ['one more', { kind: 'scale', replicas: 4 }, three, undefined],
  ['one fewer', { kind: 'scale', replicas: 2 }, three, undefined],
  ['two more', { kind: 'scale', replicas: 5 }, three, 'by one instance at a time'],
  ['the same', { kind: 'scale', replicas: 3 }, three, 'by one instance at a time'],
  ['to one', { kind: 'scale', replicas: 1 }, { ...three, replicas: 2 }, '2 to 8'],
  ['to none', { kind: 'scale', replicas: 0 }, three, '2 to 8'],
  ['to nine', { kind: 'scale', replicas: 9 }, { ...three, replicas: 8 }, '2 to 8'],
  ['to eight', { kind: 'scale', replicas: 8 }, { ...three, replicas: 7 }, undefined],
  ['a restart of one', { kind: 'restart', port: 8001 }, three, undefined],
  ['a restart of the only one that serves', { kind: 'restart', port: 8001 }, oneLeft, 'no other instance'],
  ['a restart of the one that does not', { kind: 'restart', port: 8002 }, oneLeft, undefined],
  ['a drain of one', { kind: 'drain', port: 8001, keep: true }, three, undefined],
  ['a drain that ends the process', { kind: 'drain', port: 8001, keep: false }, three, 'keep: true'],
  ['a drain of a second one', { kind: 'drain', port: 8001, keep: true }, oneOut, '8002 is drained already'],
  ['a drain of the last one', { kind: 'drain', port: 8001, keep: true }, oneLeft, 'no other instance'],
  ['a drain where nobody is', { kind: 'drain', port: 8009, keep: true }, three, 'no instance on 8009'],
  ['a restart where nobody is', { kind: 'restart', port: 8009 }, three, 'no instance on 8009'],
  ['putting one back', { kind: 'undrain', port: 8002 }, oneOut, undefined],
  ['a release that ran well', { kind: 'deploy', release: 'r4' }, three, undefined],
  ['a release that did not', { kind: 'deploy', release: 'r9' }, three, 'has not run well'],
  ['new processes everywhere', { kind: 'rolling-restart' }, three, undefined],
  ['new processes where one serves', { kind: 'rolling-restart' }, oneLeft, '1 instances serve'],
  ['taking a change of a setting back', set('BADGES', 'off'), three, undefined],
  ['taking it back where it was made', set('DATABASE_URL', 'given', [8002]), three, undefined],
  ['taking it back elsewhere', set('DATABASE_URL', 'given', [8001]), three, 'takes the last change back'],
  ['making the change anew', set('BADGES', 'on'), three, 'takes the last change back'],
  ['a setting that nobody has changed', set('LOG_LEVEL', 'debug'), three, 'nobody has changed'],
  ['anything beside another change', { kind: 'undrain', port: 8002 }, { ...oneOut, busy: 'a deploy' }, 'a deploy is going on'],
])('the fleet decides on %s', (_what, call, view, reason) => {
  expect(decideAgentCall(call, view)).toEqual(
    reason === undefined ? { kind: 'allow' } : { kind: 'refuse', reason: expect.stringContaining(reason) },
  )
})
