import { describe, expect, test } from 'vitest'
import { clusterLooks, runningPod } from '../../test-parts/simulated-cluster.ts'
import { SimulatedInquiry } from '../../test-parts/simulated-inquiry.ts'
import { course } from '../../test-parts/simulated-metrics.ts'
import { createWorld, errorRate, runningInstance } from '../../test-parts/simulated-world.ts'

const INCIDENTS = [
  { ref: 'I2', status: 'diagnosed', root_cause: 'The database is down.', resolved_at: null },
  { ref: 'I1', status: 'resolved', root_cause: null, resolved_at: '2026-11-20T11:00:00.000Z' },
].map((each) => ({
  ...each,
  service: 'inventory',
  severity: 'critical',
  alerts: ['InventoryErrorBurst'],
  opened_at: '2026-11-20T10:00:00.000Z',
  cause: null,
  confidence: null,
  ticket: null,
}))

const ASKABLE = [
  'get_connection_stats',
  'get_lock_info',
  'get_active_connections',
  'list_changes',
  'get_runtime_metrics',
  'check_connection',
]
const ask = (question: string, world = createWorld(), tools?: string[]) => new SimulatedInquiry(world, question).answer(tools)

describe('how many instances', () => {
  test.each(['how many instances?', 'How many instances run right now?', 'list the backends', 'number of replicas please'])(
    '%s',
    (question) => {
      const { answer, evidence } = ask(question)
      expect(answer).toContain('3 of 3 instances run')
      expect(answer).toContain('sends to 3 of them')
      expect(evidence.length).toBeGreaterThan(0)
    },
  )

  test('says which does not run', () => {
    const world = createWorld()
    world.instances.instances[1] = runningInstance('127.0.0.1:8002', { state: 'fatal' })
    expect(ask('how many instances?', world).answer).toMatch(/2 of 3 instances run.*127\.0\.0\.1:8002 is fatal/)
  })

  test('never says zero when they could not be seen', () => {
    const broken = { list_instances: { code: 'upstream_unreachable', message: 'The process manager cannot be reached', times: 9 } }
    expect(ask('how many instances?', createWorld({ broken })).answer).toBe(
      'I could not see the instances: The process manager cannot be reached.',
    )
  })
})

describe('an incident by its name', () => {
  const world = createWorld({ incidents: INCIDENTS })

  test.each(['what is wrong with I2?', 'I2', 'why did i2 happen', 'is I2 down?'])('%s', (question) => {
    const { answer, evidence } = ask(question, world)
    expect(answer).toMatch(/^I2 \(inventory, critical\) is diagnosed, opened .*InventoryErrorBurst\.\nThe database is down\.$/)
    expect(evidence).toHaveLength(1)
  })

  test('without a diagnosis, and one that is not there', () => {
    expect(ask('what was I1?', world).answer).toMatch(/^I1 .*is resolved.*\nIt has no diagnosis yet\.$/)
    expect(ask('what was I77?', world).answer).toBe('I77 is not among the incidents that I can see: I see the newest 2, I1 to I2.')
  })
})

describe('any problem', () => {
  test('nothing', () => {
    expect(ask('any problem?').answer).toMatch(/^Nothing is wrong\.\n.*no alert fires/)
  })

  test('failing requests and a missing instance', () => {
    const world = createWorld({ rate: errorRate(0.4) })
    world.instances.instances[0] = runningInstance('127.0.0.1:8001', { state: 'backoff' })
    const { answer } = ask('is everything ok?', world)
    expect(answer).toMatch(/^Something is wrong:/)
    expect(answer).toContain('40 %')
    expect(answer).toContain('1 of 3 instances do not run: 127.0.0.1:8001 is backoff')
  })

  test('what could not be seen is said, and is no "no"', () => {
    const broken = { compute_error_rate: { code: 'upstream_unreachable', message: 'Prometheus cannot be reached', times: 9 } }
    expect(ask('any problem?', createWorld({ broken })).answer).toMatch(
      /not all could be seen.*Could not be seen: the error rate of inventory/s,
    )
  })
})

test('why is it slow: the engine looks and answers with its cause', () => {
  const slow = createWorld({
    metrics: {
      p95: [course({}, 300, (ago) => (ago < 120 ? 2.1 : 0.02))],
      cpu: [course({ instance: '127.0.0.1:8001' }, 600, () => 0.98)],
      phases: [course({ phase: 'self' }, 300, (ago) => (ago < 120 ? 1.9 : 0.01))],
    },
  })
  const { answer, rounds } = ask('why is it slow?', slow)
  expect(rounds).toBeGreaterThan(1)
  expect(answer).toMatch(/CPU/)
})

test('why is it slow, when nothing is: what is seen of it, and no word of an alert', () => {
  const { answer } = ask('why is it slow?')
  expect(answer).toMatch(/^I see nothing of that \(confidence 0\.[1-6]\d?\).*answers come within/)
  expect(answer).not.toContain('alert')
})

test('recent incidents: by ref, with their causes', () => {
  const { answer, evidence } = ask('recent incidents?', createWorld({ incidents: INCIDENTS }))
  expect(answer).toContain('2 incidents, 1 of them open')
  expect(answer).toContain('I2 inventory')
  expect(evidence[0]?.quote).toBe('"ref":"I2"')
})

test('who holds locks: the root of the wait graph', () => {
  const root = { pid: 7, user: 'shop', client: 'local', application: 'stocktaking', state: 'idle in transaction', state_seconds: 9 }
  const get_lock_info = {
    ...{ ok: true, window_seconds: null, complete: true, truncated: 0, errors: [], database: 'shop', waiting: 3, waits: [] },
    roots: [{ ...root, transaction_seconds: 9, statement: 'SELECT ?', blocks: 3, holds: [] }],
  }
  const { answer } = ask('who holds locks?', createWorld({ database: { get_lock_info } }), ['get_lock_info'])
  expect(answer).toContain('pid 7, stocktaking, idle in transaction for 9 s: blocks 3')
  expect(ask('who holds locks?').answer).toContain('No database is configured')
})

test.each([
  ['Who holds the connection slots?', 'get_connection_stats'],
  ['which clients use the database connections?', 'get_connection_stats'],
  ['how many connections are open', 'get_connection_stats'],
  ['are we close to max_connections?', 'get_connection_stats'],
  ['who is blocking whom?', 'get_lock_info'],
  ['what holds the lock on items?', 'get_lock_info'],
  ['what runs longest in the database?', 'get_active_connections'],
  ['any slow queries?', 'get_active_connections'],
  ['show me long transactions', 'get_active_connections'],
  ['what was changed lately?', 'list_changes'],
  ['who deployed last?', 'list_changes'],
  ['which release is running', 'list_changes'],
  ['did anybody touch the settings', 'list_changes'],
  ['how much memory do they use?', 'get_runtime_metrics'],
  ['cpu?', 'get_runtime_metrics'],
  ['how much traffic do we have', 'get_runtime_metrics'],
  ['is the database up?', 'check_connection'],
  ['is postgres reachable', 'check_connection'],
  ['how many instances are running?', 'list_instances'],
  ['what happened last night? any incidents?', 'list_incidents'],
  ['is everything all right', 'compute_error_rate'],
  ['why are answers so slow', 'fetch_logs'],
  ['why does checkout fail?', 'fetch_logs'],
])('%s: asks %s first', (question, tool) => {
  const asked = new SimulatedInquiry(createWorld(), question)
  const tools = [...ASKABLE, 'fetch_logs', 'compute_error_rate', 'query_prometheus', 'list_instances', 'list_incidents']
  expect(asked.firstLooks(tools)).toContain(tool)
})

test('who holds the connection slots: by client, and how many are free', () => {
  const get_connection_stats = {
    ...{ ok: true, window_seconds: null, complete: true, truncated: 0, errors: [], database: 'shop' },
    ...{ max_connections: 60, reserved: 5, used: 55, free: 0, by_state: [] },
    by_client: [{ user: 'stats', application: 'reporting', client: 'local', sessions: 51, idle: 51 }],
  }
  const { answer, evidence } = ask('Who holds the connection slots?', createWorld({ database: { get_connection_stats } }), [
    'get_connection_stats',
  ])
  expect(answer).toContain('55 of the 60 connection slots')
  expect(answer).toContain('reporting (role stats): 51, 51 of them idle')
  expect(evidence.length).toBe(2)
  expect(ask('Who holds the connection slots?').answer).toContain('No database is configured')
})

test('what is not understood is said so, with what is', () => {
  expect(ask('sing me a song').answer).toMatch(/set of rules.*"how many instances run\?"/)
})

describe('pods', () => {
  const LOOKS = ['get_pods', 'list_instances']
  const inCluster = (looks: Parameters<typeof clusterLooks>[0] = {}) => createWorld({ database: clusterLooks(looks) })

  test.each(['how many pods?', 'How many pods are there?', 'list the pods', 'what about namespace shop?'])('%s', (question) => {
    const { answer, evidence } = ask(question, inCluster(), LOOKS)
    expect(answer).toMatch(/^3 pods in shop, 3 ready\.\nNo pod is in trouble: inventory-5d9-a, inventory-5d9-b and inventory-5d9-c\.$/)
    expect(evidence.length).toBeGreaterThan(0)
  })

  test('any problem pods? names each with its reason', () => {
    const waiting = { name: 'inventory', image: 'inventory:r4', restarts: 4, waiting: { reason: 'CrashLoopBackOff' } }
    const pods = [runningPod('inventory-5d9-a'), runningPod('inventory-5d9-b', { ready: '0/1', containers: [waiting] })]
    expect(ask('any problem pods?', inCluster({ pods }), LOOKS).answer).toBe(
      '2 pods in shop, 1 ready.\n- inventory-5d9-b is not ready: CrashLoopBackOff.',
    )
  })

  test('list namespaces', () => {
    expect(ask('list namespaces', inCluster(), LOOKS).answer).toBe('I may look at shop.')
  })

  test('without a cluster the instances are counted', () => {
    expect(ask('how many pods?').answer).toContain('3 of 3 instances run')
  })

  test('never says zero when they could not be seen', () => {
    const broken = { get_pods: { code: 'forbidden', message: 'pods is forbidden', times: 9 } }
    expect(ask('how many pods?', createWorld({ broken, database: clusterLooks() }), LOOKS).answer).toBe(
      'I could not see the pods: pods is forbidden.',
    )
  })
})

describe('what could not be read whole is not "none"', () => {
  const COVER = { ok: true, window_seconds: 3_600, complete: false, truncated: 0, errors: ['the diary of one part gave no answer'] }
  const looks = {
    list_changes: { ...COVER, changes: [] },
    get_lock_info: { ...COVER, database: 'shop', waiting: 0, roots: [], waits: [] },
    get_active_connections: { ...COVER, database: 'shop', sessions: 7, groups: [], longest: [] },
  }
  test.each([
    ['what was changed lately?', /I see no change within the last hour\. Not all could be read/],
    ['who holds locks?', /not all could be read/],
    ['what runs longest in the database?', /not all could be read/],
  ])('%s', (question, words) => {
    expect(ask(question, createWorld({ database: looks }), ASKABLE).answer).toMatch(words)
  })

  test('a process manager that lists no instance has not said that all run', () => {
    const world = createWorld({ instances: { instances: [], load_balancer: { backends: [] } } })
    expect(ask('any problem?', world).answer).toMatch(/Could not be seen: .*the instances, as none is listed/)
  })
})
