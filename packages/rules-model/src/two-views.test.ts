import { expect, test } from 'vitest'
import { INSTANCE_NAMES } from '../test-parts/scene.ts'
import { clusterLooks } from '../test-parts/simulated-cluster.ts'
import { SimulatedIncident } from '../test-parts/simulated-incident.ts'
import { course, phases, present } from '../test-parts/simulated-metrics.ts'
import { createWorld, errorRate, logEntry, type World } from '../test-parts/simulated-world.ts'

// One fault, seen by the process manager and by the Kubernetes API: the readings of the service are the same, and so is what is made of them.

// What both offer beside the simulated functions, so that as much is asked as in a lab.
const BESIDE = {
  find_similar_incidents: { incidents: [] },
  get_alert_expression: { rules: [] },
  list_incidents: { incidents: [], complete: true },
}
const FLEET = { ...BESIDE, list_changes: { ok: true, window_seconds: 3_600, complete: true, truncated: 0, errors: [], changes: [] } }
const CLUSTER = { ...clusterLooks(), ...BESIDE }
const since = (usual: number, now: number) => (ago: number) => (ago > 80 ? usual : now)
const onEach = (seconds: number, value: (ago: number) => number) => INSTANCE_NAMES.map((instance) => course({ instance }, seconds, value))
const alert = (alertname: string, summary: string): World['alerts'] => [{ alertname, severity: 'warning', summary }]
const slow = {
  p95: [course({}, 300, since(0.02, 0.95))],
  mean_by_instance: INSTANCE_NAMES.map((instance) => present({ instance }, 0.95)),
  p95_by_route: [present({ route: '/items/:id' }, 0.95), present({ route: '/healthz' }, 0.005)],
}
const lost = Array.from({ length: 30 }, (_, i) =>
  logEntry(i, { message: 'Connection terminated unexpectedly', code: 'connection_lost', status: 503, route: '/items/:id' }),
)

const FAULTS: Record<string, Partial<World>> = {
  'event loops that are blocked': {
    alerts: alert('InventoryHighLatency', '95 % of the answers of inventory take up to 0.9s'),
    metrics: {
      ...slow,
      cpu: onEach(600, since(0.06, 0.1)),
      lag: onEach(300, since(0.011, 0.33)),
      lag_median: onEach(300, since(0.011, 0.02)),
    },
  },
  'a saturated CPU': {
    alerts: alert('InventoryHighLatency', '95 % of the answers of inventory take up to 0.9s'),
    metrics: { ...slow, cpu: onEach(600, since(0.06, 0.95)), lag: onEach(300, since(0.011, 0.4)) },
  },
  'a database that is slow': {
    alerts: alert('InventoryHighLatency', '95 % of the answers of inventory take up to 0.9s'),
    metrics: { ...slow, phases: phases({ db: 0.9, queue: 0.001, self: 0.002 }) },
  },
  'connections that are lost': { log: lost, rate: errorRate(0.7) },
  'nothing at all': {},
}

const askedBy = ({ rounds }: SimulatedIncident) =>
  rounds
    .flat()
    .flatMap(({ name, args }) => (/^(?:query_prometheus|fetch_logs|compute_error_rate)$/.test(name) ? [JSON.stringify(args)] : []))

test.each(Object.entries(FAULTS))('%s: the same questions about the service, and the same diagnosis', (_, world) => {
  const fleet = new SimulatedIncident(createWorld({ ...world, database: FLEET }))
  const cluster = new SimulatedIncident(createWorld({ ...world, database: CLUSTER }))
  const [byFleet, byCluster] = [fleet.investigate(), cluster.investigate()]
  expect(askedBy(cluster)).toEqual(expect.arrayContaining(askedBy(fleet)))
  const { cause, status, instances } = byFleet
  expect(byCluster).toMatchObject({ cause, status, ...(instances && { instances }) })
})
