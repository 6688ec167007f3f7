import type { DrillFile } from '@oncall-lab/drills/drill'
import { MISTAKES, SAME_RELEASE } from '@oncall-lab/drills/usual-mistakes'

export default {
  id: 23,
  name: 'database-stopped',
  says: 'the database server is stopped',
  tells: 'connections are refused on all instances at once',
  sets: ['smoke'],
  before: [],
  decoys: ['502 and 503 of the balancer, and its retries'],
  breaks: [{ do: 'fault', mode: 'db_down' }],
  visible: { sli: 'errors', within_seconds: 20 },
  truth: { causes: ['database_down'], components: ['database'] },
  least: { is: 'act', any_of: [{ action: 'start_part', arguments: { part: 'database' } }, { action: 'run_remediation' }] },
  wrong: [
    { action: 'restart_instance', why: 'the instances are well' },
    SAME_RELEASE,
    { action: 'scale_service', why: 'no instance has a database' },
  ],
  controls: {
    wrong: [
      MISTAKES.lastRelease,
      MISTAKES.balancerDown,
      { says: 'All processes crash.', cause: 'crash_loop', component: 'inventory' },
      { says: 'The link to the database is cut.', cause: 'network_partial', component: 'link' },
      MISTAKES.slotsTaken,
    ],
    destructive: { says: 'the data directory is made anew', harm: 'rows' },
    right: [
      { says: 'PostgreSQL does not run: every connection is refused.' },
      { says: 'The server of the shop’s data was stopped.', component: 'PostgreSQL' },
    ],
  },
} satisfies DrillFile
