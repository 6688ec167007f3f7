import type { ListInstancesResult } from '@oncall-lab/on-call-agent/functions'
import { expect, test } from 'vitest'
import type { Call } from '../transcript.ts'
import { recentDeaths } from './deaths.ts'
import { INSTANCES, keyOf, readFacts } from './facts.ts'

type Instance = ListInstancesResult['instances'][number]

function instance(port: number, diedAt: string | null, restarts: number): Instance {
  return {
    instance: `127.0.0.1:${port}`,
    port,
    pid: port,
    state: 'running',
    started_at: '2026-11-21T10:00:00.000Z',
    restarts,
    last_exit: diedAt === null ? null : { at: diedAt, code: null, signal: 'SIGKILL' },
  }
}

function factsOf(...instances: Instance[]) {
  const result: ListInstancesResult = { instances, load_balancer: { backends: [] } }
  const call: Call = {
    id: 'call_1',
    name: 'list_instances',
    key: keyOf(INSTANCES),
    content: JSON.stringify(result),
    outcome: { kind: 'ok', value: result },
    position: 2,
  }
  return readFacts([], [call])
}

test('the exits of one trouble are told, and not those of an earlier one', () => {
  const facts = factsOf(
    instance(8001, '2026-11-21T10:14:07.000Z', 6),
    instance(8002, '2026-11-21T10:12:00.000Z', 3),
    instance(8003, '2026-11-21T10:13:50.000Z', 2),
    instance(8004, null, 0),
  )
  expect(recentDeaths(facts).map(({ instance }) => instance)).toEqual(['127.0.0.1:8001', '127.0.0.1:8003'])
})

test('without an exit there is none', () => {
  expect(recentDeaths(factsOf(instance(8001, null, 0)))).toEqual([])
})
