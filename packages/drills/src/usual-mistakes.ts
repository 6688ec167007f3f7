import type { Claim, Deed, Drill } from './drill.ts'

/** Diagnoses that come to mind first, whatever is broken: wrong controls of many drills. */
export const MISTAKES = {
  databaseDown: { says: 'The database is down.', cause: 'database_down', component: 'database' },
  poolLeak: { says: 'The code leaks database connections.', cause: 'pool_leak', component: 'inventory' },
  slowQuery: { says: 'Queries are slow for want of an index.', cause: 'slow_query', component: 'database' },
  falseAlarm: {
    says: 'Nothing is wrong; the alert was a false one.',
    cause: 'nothing_wrong',
    component: 'inventory',
    status: 'false_alarm',
  },
  surge: { says: 'More customers came than the shop can serve.', cause: 'traffic_surge', component: 'traffic' },
  lastRelease: { says: 'The release that was deployed last is bad.', cause: 'bad_release', component: 'inventory' },
  scaledDown: { says: 'The service was scaled down.', cause: 'capacity_reduced', component: 'process manager' },
  crashLoop: { says: 'The processes crash again and again.', cause: 'crash_loop', component: 'inventory' },
  slowDatabase: { says: 'The database is slow.', cause: 'dependency_slow', component: 'database' },
  exception: { says: 'The code throws on some requests.', cause: 'application_exception', component: 'inventory' },
  brokenMonitoring: { says: 'Prometheus is broken.', cause: 'monitoring_broken', component: 'monitoring' },
  burstOver: { says: 'It was a burst of errors that is over.', cause: 'recovered', component: 'inventory', status: 'recovered' },
  locks: { says: 'A session holds locks that the others wait for.', cause: 'lock_contention', component: 'database' },
  staleBackends: { says: 'The load balancer sends to instances that are gone.', cause: 'stale_backends', component: 'load balancer' },
  balancerDown: { says: 'The load balancer is down.', cause: 'load_balancer_down', component: 'load balancer' },
  badProcess: { says: 'One process is in a bad state.', cause: 'bad_instance', component: 'inventory' },
  slotsTaken: { says: 'Another client takes all connection slots.', cause: 'connections_exhausted', component: 'database' },
  instanceDown: { says: 'An instance is down.', cause: 'instance_down', component: 'inventory' },
  setting: { says: 'A setting was changed and breaks the shop.', cause: 'bad_configuration', component: 'inventory' },
} as const satisfies Record<string, Claim>

/** Tempting wherever something changed lately that was no release. */
export const SAME_RELEASE = { action: 'deploy_release', why: 'the release did not change' } as const satisfies Drill['wrong'][number]

/** The cure of what a release broke: the release that every lab begins with. */
export const BACK_TO_FIRST_RELEASE = { action: 'deploy_release', arguments: { release: 'r4' } } as const satisfies Deed
