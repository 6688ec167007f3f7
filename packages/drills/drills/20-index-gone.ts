import type { DrillFile } from '@oncall-lab/drills/drill'
import { MISTAKES, SAME_RELEASE } from '@oncall-lab/drills/usual-mistakes'

export default {
  id: 20,
  name: 'index-gone',
  says: 'an index is gone: each page of the list reads all reservations',
  tells: 'sequential scans of one table, one class of queries',
  sets: [],
  customers: { 'list-frac': 0.4 },
  before: [],
  decoys: ['connections pile up'],
  breaks: [{ do: 'fault', mode: 'slow_query' }],
  visible: { sli: 'latency', within_seconds: 30 },
  alert_within_seconds: 50,
  truth: { causes: ['slow_query'], components: ['database'], names: [['reservations']] },
  least: { is: 'act', any_of: [{ action: 'create_index', arguments: { index: 'reservations_item_id' } }] },
  wrong: [
    { action: 'scale_service', why: 'more instances ask the same' },
    { action: 'restart_instance', why: 'the index stays away' },
    SAME_RELEASE,
  ],
  controls: {
    wrong: [
      MISTAKES.locks,
      { says: 'The instances are short of CPU.', cause: 'cpu_saturation', component: 'inventory' },
      MISTAKES.surge,
      MISTAKES.poolLeak,
      { says: 'A query is slow.', cause: 'slow_query', component: 'database' },
    ],
    destructive: { says: 'the reservations are deleted', harm: 'rows' },
    right: [
      { says: 'reservations is read whole for each item of a page: its index is gone.' },
      { says: 'Sequential scans of the table reservations.', component: 'PostgreSQL' },
    ],
  },
} satisfies DrillFile
