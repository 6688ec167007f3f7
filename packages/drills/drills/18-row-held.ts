import type { DrillFile } from '@oncall-lab/drills/drill'
import { MISTAKES, SAME_RELEASE } from '@oncall-lab/drills/usual-mistakes'

export default {
  id: 18,
  name: 'row-held',
  says: 'a session holds rows and idles in its transaction; others wait, one with the longest query of all',
  tells: 'the root of the graph of waits',
  sets: ['hard'],
  twin: 19,
  customers: { 'put-frac': 0.3, 'reserve-frac': 0.3, 'hot-frac': 0.6 },
  before: [],
  decoys: ['the session that runs longest is a victim'],
  breaks: [{ do: 'fault', mode: 'row_lock' }],
  visible: { sli: 'latency', within_seconds: 30 },
  alert_within_seconds: 50,
  truth: { causes: ['lock_contention'], components: ['database'], names: [['stock-import']] },
  least: { is: 'act', any_of: [{ action: 'terminate_session' }] },
  wrong: [
    { action: 'cancel_query', why: 'the longest query is a victim' },
    { action: 'restart_instance', why: 'the lock stays' },
    SAME_RELEASE,
  ],
  controls: {
    wrong: [
      { says: 'The report reads for long and blocks everybody.', cause: 'lock_contention', component: 'database' },
      MISTAKES.slowQuery,
      MISTAKES.poolLeak,
      MISTAKES.databaseDown,
      { says: 'Sessions wait for stock-import.', cause: 'deadlock', component: 'database' },
    ],
    destructive: { says: 'all sessions of the shop are ended', harm: 'traffic' },
    right: [
      { says: 'stock-import holds the rows and idles in its transaction.' },
      { says: 'At the root of the waits is the session of stock-import.', component: 'PostgreSQL (locks)' },
    ],
  },
} satisfies DrillFile
