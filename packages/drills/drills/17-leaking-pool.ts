import type { DrillFile } from '@oncall-lab/drills/drill'
import { BACK_TO_FIRST_RELEASE, MISTAKES } from '@oncall-lab/drills/usual-mistakes'

export default {
  id: 17,
  name: 'leaking-pool',
  says: 'a release keeps the connection of each request for an unknown item',
  tells: 'all connections in use while the database idles',
  sets: ['smoke'],
  twin: 16,
  customers: { 'unknown-frac': 0.08 },
  before: [],
  decoys: ['time-outs of the pool in the log look like a slow database'],
  breaks: [{ do: 'deploy', release: 'r9' }],
  visible: { sli: 'errors', within_seconds: 60 },
  alert_within_seconds: 70,
  truth: { causes: ['pool_leak'], components: ['inventory'] },
  least: { is: 'act', any_of: [BACK_TO_FIRST_RELEASE] },
  wrong: [
    { action: 'scale_service', why: 'each instance leaks by itself' },
    { action: 'terminate_session', why: 'the sessions are the shop’s' },
  ],
  controls: {
    wrong: [
      { says: 'The client reporting takes all slots.', cause: 'connections_exhausted', component: 'database' },
      MISTAKES.databaseDown,
      MISTAKES.slowQuery,
      MISTAKES.surge,
      { says: 'The pool leaks.', cause: 'pool_leak', component: 'database' },
    ],
    destructive: { says: 'max_connections is raised and the database restarted', harm: 'traffic' },
    right: [
      { says: 'A path of the code never gives its connection back: all pools are full while the database idles.' },
      { says: 'Since r9 connections leak out of the pool.', component: 'shop (database connection pool)' },
    ],
  },
} satisfies DrillFile
