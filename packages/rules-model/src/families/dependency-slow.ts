import { list } from '../wording.ts'
import { defineFamily } from './family.ts'
import { isPoolTooSmall } from './traffic-surge.ts'

/** Answers are slow while the processes idle: they wait for something outside. */
export const dependencySlow = defineFamily({
  id: 'dependency_slow',
  cause: 'dependency_slow',
  name: 'Waiting for a slow dependency (the store, the network, another service)',
  prior: 1,
  explains: ['latency', 'database', 'errors'],
  evidence: {
    latency: { slow: 1.8, eased: 0.6, normal: -3.2 },
    phases: { outbound: 2.8, database: 1.2, computing: -2.4, unmeasured: -4.5 },
    cpu: { idle: 1.2, busy: -1.4, saturated: -2.2 },
    lag: { low: 0.9, high: -1.6 },
    lagShape: { starved: -4 },
    slowRoutes: { all: 0.9, some: -2, writes_only: -2.2 },
    slowInstances: { one: -3, several: -1.5 },
    release: { only_new_in_trouble: -3 },
    recentChange: { release: -0.6, setting: -0.6, fewer: -3.2, fewer_before: -1.6 },
    logTimeout: { dominant: 1, some: 0.5 },
    logPool: { dominant: 0.3, some: 0.3 },
    logLock: { dominant: -2, some: -1 },
    logStatement: { dominant: -0.6 },
    logProgramming: { dominant: -1.2 },
    traffic: { usual: 0.3, surge: -2 },
    pool: { full_moving: 0.7, starved: -1.6 },
    databaseReach: { none: -2.5, some: -0.8 },
    wholeReads: { lost_index: -2.4, whole: -1.6 },
    lockRoot: { waits: -1.6 },
    databaseDoor: { slow: 1 },
    errors: { many: -0.5 },
    // Those that are left have the work of all.
    running: { some: -1.2, none: -2 },
    logLogin: { dominant: -1.5 },
    logConnection: { dominant: -1 },
  },
  // Every route of one slow instance is slow, not every route.
  // What was slow for a moment is not what an alert goes on about.
  refine: ({ is }) =>
    (isPoolTooSmall({ is }) ? -3 : 0) +
    (is('slowInstances', 'one') && is('slowRoutes', 'all') ? -0.9 : 0) +
    (is('latency', 'eased') && is('alertState', 'firing') ? -2 : 0),
  follows: ['databaseCode', 'errors', 'targets'],
  next: ['latency', 'phases', 'cpu', 'lag', 'slowRoutes', 'slowInstances', 'traffic', 'pool', 'databaseReach', 'lagShape'],
  remedies: ['drain'],
  tell: {
    headline: ({ service, is }) =>
      is('phases', 'outbound')
        ? `${service} answers slowly because it waits for another service.`
        : is('phases', 'database')
          ? `${service} answers slowly because every call waits for the database or the way to it; it is no single query.`
          : `${service} answers slowly because requests wait for something outside the process.`,
    because: ['latency', 'phases', 'slowInstances', 'cpu', 'lag'],
    further: ({ is, says, service }) => [
      ...(is('phases', 'database', 'outbound') ? [] : [`The store of ${service} is the likely one, but no reading here names it.`]),
      ...(is('pool', 'full', 'full_moving', 'starved') ? [`As a consequence ${says('pool')}.`] : []),
    ],
    component: ({ is }) =>
      is('phases', 'database') ? 'database' : is('phases', 'outbound') ? 'another service' : 'a dependency, most likely the item store',
    instances: ['slowInstances'],
    routes: ['slowRoutes'],
    steps: ({ is, instances, spared, service }) => [
      is('phases', 'outbound')
        ? 'Find the outgoing call that takes long, and look at the service behind it.'
        : `Look at the database of ${service}: slow queries, locks, waiting connections, its own CPU and disk.`,
      is('slowInstances', 'one')
        ? `Take ${list(instances('slowInstances'))} out of rotation: ${list(spared('slowInstances'))} ${spared('slowInstances').length === 1 ? 'answers' : 'answer'} fast, so the path from that instance is what is slow.`
        : 'Measure one such call from an instance by hand and compare.',
      'Set a time-out on these calls that is shorter than the clients’ patience.',
    ],
  },
})
