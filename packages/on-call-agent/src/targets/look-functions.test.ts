import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { receivedAlert } from '../../test-parts/alerts.ts'
import { diagnosis } from '../../test-parts/diagnosis.ts'
import { incidentOf } from '../../test-parts/look-tools.ts'
import { callTool } from '../functions/call-tool.ts'
import { LIMITS } from '../functions/limits.ts'
import type { Tool } from '../functions/tool.ts'
import { createSqliteStore } from '../store/sqlite/sqlite-store.ts'
import { fleet } from './fleet/target.ts'
import { memory } from './memory/target.ts'
import { splitComparison } from './prometheus/split-comparison.ts'
import { prometheus } from './prometheus/target.ts'

/** What a server answers, by path; a text goes out as it is. */
const answers: Record<string, unknown> = {}
const server = createServer((request, response) => {
  const path = request.url?.split('?', 1)[0] ?? ''
  const answer = answers[path]
  if (answer === undefined) response.writeHead(404).end()
  else response.writeHead(200, { 'content-type': 'application/json' }).end(typeof answer === 'string' ? answer : JSON.stringify(answer))
})
let address: string
let instance: string
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // Of a TCP server.
  instance = `127.0.0.1:${port}`
  address = `http://${instance}`
})
afterAll(() => server.close())

const deps = { onError: () => {}, remembered: () => createSqliteStore(':memory:') }
const signal = new AbortController().signal
const incident = incidentOf('inventory')

async function call(tools: readonly Tool[], name: string, args: object = {}) {
  const made = { id: 'c', type: 'function' as const, function: { name, arguments: JSON.stringify(args) } }
  const { ok, result, summary } = await callTool([...tools], made, { incident, limits: LIMITS, signal })
  expect(result.length).toBeLessThanOrEqual(4_096)
  expect(summary).not.toContain('something unknown')
  return { ok, summary, value: JSON.parse(result) }
}

describe('the fleet', () => {
  const tools = (LB_URL = address) => {
    const connection = fleet.connect({ LB_URL, PM_URL: address }, deps)
    return connection.kind === 'on' ? connection.port.functions : []
  }
  const listed = (name: string, state = 'running') => ({
    ...{ instance: name, port: 8_001, pid: 1, state, started_at: null, restarts: 0, last_exit: null },
  })

  test('get_balancer_state tells what gets requests and does not run, and the other way round', async () => {
    answers['/instances'] = { instances: [listed(instance), listed('127.0.0.1:8002')] }
    answers['/healthz'] = {
      ...{ ok: true, backends: [address, 'http://127.0.0.1:8009'], available: [address], panic: false, list_age_seconds: 42 },
    }
    const { value, summary } = await call(tools(), 'get_balancer_state')
    expect(value).toMatchObject({ ok: true, complete: true, gone: ['127.0.0.1:8009'], missing: ['127.0.0.1:8002'], list_age_seconds: 42 })
    expect(summary).toContain('127.0.0.1:8009 does not run')
    const dead = await call(tools('http://127.0.0.1:1'), 'get_balancer_state')
    expect(dead.value).toMatchObject({ reachable: false, complete: false, running: [instance, '127.0.0.1:8002'] })
  })

  test('probe_endpoint asks each instance itself and the balancer, and takes no path of its own', async () => {
    answers['/instances'] = { instances: [listed(instance), listed('127.0.0.1:1')] }
    const { value } = await call(tools(), 'probe_endpoint', { path: '/healthz' })
    expect(value.answers).toMatchObject([
      { at: 'load balancer', status: 200 },
      { at: instance, status: 200 },
      { at: '127.0.0.1:1', status: null, error: expect.stringContaining('ECONNREFUSED') },
    ])
    expect((await call(tools(), 'probe_endpoint', { path: '/faults' })).value.error.code).toBe('invalid_arguments')
    answers['/instances'] = { instances: [listed('evil.example:80')] }
    const foreign = await call(tools(), 'probe_endpoint', { path: '/healthz' })
    expect(foreign.value.answers[1]).toMatchObject({ status: null, error: expect.stringContaining('no instance of this machine') })
  })

  test('fetch_logs reads from an instance when the balancer is dead', async () => {
    answers['/instances'] = { instances: [listed(instance)] }
    answers['/logs/tail'] = { count: 0, entries: [] }
    expect(await call(tools('http://127.0.0.1:1'), 'fetch_logs', { seconds: 60, limit: 5 })).toMatchObject({
      ok: true,
      value: { count: 0 },
    })
  })

  test('list_changes gives what somebody asked for, newest first', async () => {
    const at = new Date().toISOString()
    answers['/events'] = {
      next: 9,
      events: [
        { id: 1, at, type: 'scaled', by: 'POST /scale by curl', from: '3', to: '1' },
        { id: 2, at, type: 'exit', by: 'the supervisor', port: 8_001 },
        { id: 3, at, type: 'deploy_started', by: 'POST /deploy by somebody', release: 'r8', ports: [8_001], from: 'r7' },
        { id: 4, at: '2020-01-01T00:00:00Z', type: 'scaled', by: 'somebody', from: '1', to: '3' },
      ],
    }
    const { value } = await call(tools(), 'list_changes')
    expect(value.changes).toMatchObject([
      { what: 'deploy_started', release: 'r8', from: 'r7' },
      { what: 'scaled', from: '3', to: '1' },
    ])
  })

  test('get_runtime_metrics reads each instance twice', async () => {
    answers['/instances'] = { instances: [listed(instance)] }
    answers['/metrics'] = 'process_resident_memory_bytes 104857600\nhttp_requests_total{route="/a b",status="200"} 7\nnot a sample\n'
    const { value } = await call(tools(), 'get_runtime_metrics')
    expect(value.instances).toMatchObject([{ instance, requests_per_second: 0, resident_mib: 100, cpu_ms_per_request: null }])
  })
})

describe('prometheus', () => {
  const tools = () => {
    const connection = prometheus.connect({ PROM_URL: address, PROM_SERVICE_LABEL: 'job' }, deps)
    return connection.kind === 'on' ? connection.port.functions : []
  }
  const rule = {
    name: 'X',
    type: 'alerting',
    query: 'sum(rate(e[1m])) / sum(rate(r[1m])) > 0.05',
    duration: 10,
    health: 'ok',
    state: 'firing',
  }
  const rules = (...all: object[]) => ({ data: { groups: [{ rules: all }] } })

  test('get_alert_expression tells the rule, its threshold, and the course of the compared value', async () => {
    answers['/api/v1/rules'] = rules(rule)
    answers['/api/v1/query'] = { data: { resultType: 'vector', result: [{ metric: {}, value: [1, '0.8'] }] } }
    answers['/api/v1/query_range'] = { data: { resultType: 'matrix', result: [{ metric: { a: 'b' }, values: [[1, '0.01'], [2, '0.8']] }] } } // biome-ignore format: a course.
    const { value } = await call(tools(), 'get_alert_expression')
    expect(value).toMatchObject({ alertname: 'X', threshold: '> 0.05', true_now: true, state: 'firing', for_seconds: 10 })
    expect(value.course[0].points).toEqual([['1970-01-01T00:00:01Z', 0.01], ['1970-01-01T00:00:02Z', 0.8]]) // biome-ignore format: a course.
    answers['/api/v1/rules'] = rules()
    expect((await call(tools(), 'get_alert_expression')).value.error.code).toBe('no_such_rule')
  })

  test('get_monitoring_health tells which targets are not scraped, which rules fail, and whom Prometheus tells', async () => {
    const target = (name: string, health: string, lastError = '') => ({
      ...{ labels: { job: 'inventory', instance: name }, health, lastScrape: new Date(Date.now() - 7_000).toISOString(), lastError },
    })
    answers['/api/v1/targets'] = { data: { activeTargets: [target('a:1', 'up'), target('b:2', 'down', 'connection refused')] } }
    answers['/api/v1/rules'] = rules({ ...rule, health: 'err', lastError: 'vector cannot contain metrics with the same labelset' })
    answers['/api/v1/alertmanagers'] = { data: { activeAlertmanagers: [] } }
    const { value, summary } = await call(tools(), 'get_monitoring_health')
    expect(value).toMatchObject({
      jobs: [{ job: 'inventory', up: 1, down: 1 }],
      targets: [{ instance: 'b:2', health: 'down', error: 'connection refused' }, { instance: 'a:1' }],
      failing_rules: [{ rule: 'X' }],
      alertmanagers: 0,
    })
    expect(value.jobs[0].oldest_scrape_seconds).toBeGreaterThan(6)
    expect(summary).toContain('no Alertmanager is connected')
  })

  test.each([
    ['a > 1', { value: 'a', threshold: '> 1' }],
    ['sum(x{l=~">"}) by (y) >= 0.5', { value: 'sum(x{l=~">"}) by (y)', threshold: '>= 0.5' }],
    ['a > 1 and b > 2', { value: 'a', threshold: '> 1 and b > 2' }],
    ['a / b > 1 unless on (x) c', { value: 'a / b', threshold: '> 1 unless on (x) c' }],
    ['a > 1 and b or c', undefined],
    ['a and b > 2', undefined],
    ['a', undefined],
    ['(a > 1)', undefined],
  ])('%s', (expression, parts) => expect(splitComparison(expression)).toEqual(parts))
})

test('find_similar_incidents tells what is the same, what differs, and what people said', async () => {
  await using store = createSqliteStore(':memory:')
  const open = async (service: string, alertname: string, summary: string, cause: 'database_down' | 'bad_release') => {
    const [outcome] = await store.alerts.apply([receivedAlert({ service, alertname, summary, fingerprint: `${service}${alertname}` })])
    const id = outcome?.incidentId ?? ''
    await store.incidents.conclude(id, { diagnosis: diagnosis({ cause, affected_file: 'src/a.ts' }), madeBy: 'model' })
    return id
  }
  const id = await open('inventory', 'X', 'the item store cannot be reached', 'database_down')
  await open('payments', 'Other', 'nothing alike', 'bad_release')
  await store.incidents.append(id, { kind: 'message_received', from: 'whatsapp:+1', body: 'It was the failover test.' })
  const connection = memory.connect({}, { ...deps, remembered: () => store })
  const tools = connection.kind === 'on' ? connection.port.functions : []
  const { value, summary } = await call(tools, 'find_similar_incidents', { error: 'item store cannot be reached', file: 'src/b.ts' })
  expect(value.searched).toBe(2)
  expect(value.similar).toMatchObject([
    {
      cause: 'database_down',
      same: ['same service', 'same alerts', 'similar words'],
      differs: ['another file'],
      people_said: ['It was the failover test.'],
    },
  ])
  expect(summary).toContain('looked alike')
})
