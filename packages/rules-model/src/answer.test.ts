import type { Diagnosis } from '@oncall-lab/on-call-agent/api'
import { describe, expect, test } from 'vitest'
import { investigate } from '../test-parts/investigate.ts'
import { FILE, nullWorld } from '../test-parts/null-dereference.ts'
import { readRecording, replayRemedy } from '../test-parts/replay.ts'
import { FIRING_AT, NOW } from '../test-parts/scene.ts'
import { SimulatedIncident } from '../test-parts/simulated-incident.ts'
import { course } from '../test-parts/simulated-metrics.ts'
import { createWorld, errorRate, logEntry } from '../test-parts/simulated-world.ts'
import { answer } from './answer.ts'

describe('every investigation', () => {
  test('begins with the log and the error rate in one answer', () => {
    const { incident } = investigate(nullWorld())
    expect(incident.rounds[0]).toEqual([
      { name: 'fetch_logs', args: { seconds: 120, limit: 50 } },
      { name: 'compute_error_rate', args: {} },
    ])
  })

  test('is a pure function: the same transcript gets the same answer, ids included', () => {
    const { incident } = investigate(nullWorld())
    const tools = [
      ...['fetch_logs', 'compute_error_rate', 'query_prometheus', 'list_instances', 'fetch_code_from_github'],
      ...['note_hypotheses', 'send_diagnosis'],
    ]
    for (const [index, message] of incident.messages.entries())
      if (message.role === 'assistant')
        expect(answer(incident.messages.slice(0, index), index === 2 ? tools.slice(0, 2) : tools)).toEqual(message)
  })
})

test('notes at least two causes before it asks what tells them apart, and again with the verdict', () => {
  const { incident, diagnosis } = investigate(nullWorld())
  const [first, ...more] = incident.hypotheses
  expect(first?.length).toBeGreaterThanOrEqual(2)
  expect(incident.rounds[1]?.[0]?.name).toBe('note_hypotheses')
  const noted = more.at(-1) ?? []
  expect(noted.find(({ status }) => status === 'supported')?.cause).toBe(diagnosis.cause)
  for (const { because } of noted)
    for (const { tool_call_id, quote } of because) expect(incident.resultOf(tool_call_id), quote).toContain(quote)
})

test('the alerts are read wherever they stand, and the time they began', () => {
  expect(FIRING_AT).toBeLessThan(NOW)
  const first = answer([{ role: 'user', content: 'no alerts here, { only braces' }], ['fetch_logs', 'compute_error_rate'])
  expect(first.tool_calls?.map(({ id }) => id)).toEqual(['call_1_fetch_logs', 'call_2_compute_error_rate'])
})

describe('when little can be seen', () => {
  test('and all is well, it is a false alarm', () => {
    const { diagnosis } = investigate(createWorld())
    expect(diagnosis).toMatchObject({ status: 'false_alarm', priority: 'low' })
  })

  test('errors that have left the log are recovered, their cause unknown', () => {
    const { diagnosis } = investigate(
      createWorld({ metrics: { error_ratio: [course({}, 900, (ago) => (ago > 400 && ago < 600 ? 0.7 : 0))] } }),
    )
    expect(diagnosis.status).toBe('recovered')
    expect(diagnosis.root_cause).toContain('70 %')
  })

  const over = (secondsAgo: number) => ({
    ...errorRate(0.3, { newest: 0 }),
    onset: { at: ago(secondsAgo + 60), ended_at: ago(secondsAgo), error_rate_before: 0, error_rate_within: 0.8 },
  })
  const ago = (seconds: number) => new Date(NOW - seconds * 1_000).toISOString()
  test.each([
    [45, 'recovered'],
    [15, 'not recovered'],
  ])('errors that ended %i s ago, while the alert still fires, are %s', (seconds, wanted) => {
    const log = Array.from({ length: 20 }, (_, i) =>
      logEntry(seconds + i, { message: 'password authentication failed for user "shop"', error: 'error' }),
    )
    const { diagnosis } = investigate(createWorld({ rate: over(seconds), log, firing: true }))
    expect(diagnosis.status === 'recovered' ? 'recovered' : 'not recovered').toBe(wanted)
  })

  test('without traffic the error rate is unknown and never 0 %', () => {
    const { diagnosis } = investigate(createWorld({ rate: errorRate(null), metrics: { p95: [course({}, 300, () => null)] } }))
    expect(diagnosis.status).toBe('inconclusive')
    expect(diagnosis.root_cause).toContain('unknown, not zero')
    expect(diagnosis.root_cause).not.toMatch(/(?<![\d.])0 % of/)
  })

  test('with every function failing it says what it could not see, and asks each again at most once', () => {
    const fails = { code: 'upstream_unreachable', message: 'Prometheus cannot be reached', times: Number.POSITIVE_INFINITY }
    const names = ['fetch_logs', 'compute_error_rate', 'query_prometheus', 'list_instances']
    const { incident, diagnosis } = investigate(createWorld({ broken: Object.fromEntries(names.map((name) => [name, fails])) }))
    expect(diagnosis.status).toBe('inconclusive')
    expect(diagnosis.root_cause).toContain('I cannot tell')
    expect(diagnosis.root_cause).toContain('fetch_logs (Prometheus cannot be reached)')
    expect(incident.calls('fetch_logs').length).toBe(2)
    expect(diagnosis.evidence).toEqual([])
  })

  test('a function that fails once is asked again and used', () => {
    const { diagnosis } = investigate(nullWorld({ broken: { fetch_logs: { code: 'upstream_timeout', message: 'late', times: 1 } } }))
    expect(diagnosis).toMatchObject({ status: 'diagnosed', affected_file: FILE })
  })

  test('errors without a log are not explained away', () => {
    const { diagnosis } = investigate(createWorld({ rate: errorRate(0.5) }))
    expect(diagnosis.status).toBe('inconclusive')
    expect(diagnosis.root_cause).toContain('50 %')
  })

  test('a refused quote or file is not sent again', () => {
    const incident = new SimulatedIncident(nullWorld())
    incident.refusals = [
      'evidence.0.quote does not stand word for word in the result of call_1_fetch_logs; affected_file: no result names it',
    ]
    incident.investigate()
    const [first, second] = incident.calls('send_diagnosis') as unknown as Diagnosis[]
    expect(second?.evidence).not.toContainEqual(first?.evidence[0])
    expect(second?.evidence.length).toBeGreaterThan(0)
    expect(second?.affected_file).toBeUndefined()
  })

  test('the metrics asked for are the service’s, not those of whoever counts its restarts', () => {
    const labels = { job: 'process-manager', service: 'inventory' }
    const { incident } = investigate(
      createWorld({ alerts: [{ alertname: 'InstanceRestarting', severity: 'critical', summary: 'x', labels }] }),
    )
    expect(JSON.stringify(incident.calls('query_prometheus'))).toContain('process_resident_memory_bytes{job=\\"inventory\\"}')
  })

  test('a job name with PromQL in it never reaches a query', () => {
    const { incident } = investigate(
      createWorld({ alerts: [{ alertname: 'X', severity: 'critical', summary: 'slow', labels: { job: 'a"} or up{x="' } }] }),
    )
    for (const { query } of incident.calls('query_prometheus')) expect(query).not.toContain('or up')
  })
})

describe('after the diagnosis', () => {
  const tools = ['fetch_logs', 'compute_error_rate', 'query_prometheus', 'list_instances', 'propose_action']

  test('nothing is proposed for an error in the code', () => {
    const { incident } = investigate(nullWorld())
    expect(answer(incident.messages, tools)).toEqual({ role: 'assistant', content: 'none' })
  })

  test('of the forms of a remedy it proposes the one that propose_action lists before its parameters', () => {
    const propose = (actions?: string) => replayRemedy(readRecording('a-hung-instance-is-killed'), actions)?.action
    expect(propose()).toBe('restart_instance')
    expect(propose('The actions: restart_deployment {} (medium): like restart_instance, but all.')).toBe('restart_deployment')
    expect(propose('The actions: drain_node {"node":{}} (high): no.')).toBeUndefined()
  })

  test('without propose_action it says that it is done', () => {
    const { incident } = investigate(nullWorld())
    expect(answer(incident.messages, tools.slice(0, 4)).content).toBe('The diagnosis is delivered.')
  })
})
