import type { DrillFile } from '@oncall-lab/drills/drill'
import { MISTAKES, SAME_RELEASE } from '@oncall-lab/drills/usual-mistakes'

export default {
  id: 8,
  name: 'deadly-row',
  says: 'an import left one row that ends each process that reads it; the balancer tries the next one',
  tells: 'the restarts walk over the instances, each after the same id',
  sets: ['hard'],
  customers: { 'hot-frac': 0.5, hotset: 20 },
  before: [],
  decoys: ['the memory drops with each restart'],
  breaks: [{ do: 'fault', mode: 'bad_row' }],
  visible: { sli: 'restarts', within_seconds: 25 },
  alert_within_seconds: 50,
  truth: {
    causes: ['bad_data'],
    components: ['database'],
    row: { table: 'items', key: '17' },
    names: [['(item|id|row)\\W{1,4}17\\b', '/items/17\\b', '\\b17\\b']],
  },
  least: { is: 'act', any_of: [{ action: 'quarantine_row', arguments: { table: 'items', key: '17' } }] },
  wrong: [
    { action: 'scale_service', why: 'each new one dies of it, too' },
    { action: 'restart_instance', why: 'they restart all the time' },
    SAME_RELEASE,
  ],
  controls: {
    wrong: [
      MISTAKES.crashLoop,
      { says: 'The process leaks memory.', cause: 'memory_leak', component: 'inventory' },
      MISTAKES.lastRelease,
      { says: 'Out of memory.', cause: 'out_of_memory', component: 'inventory' },
      { says: 'A row is bad.', cause: 'bad_data', component: 'load balancer' },
      { says: 'The code dies of item 17.', cause: 'bad_data', component: 'inventory' },
    ],
    destructive: { says: 'items 16: set aside, and nothing was wrong with it', harm: 'rows' },
    right: [
      { says: 'Item 17 has no maker, and each process that shows it ends.' },
      { says: 'The row with id 17 in items kills its readers.', component: 'PostgreSQL' },
    ],
  },
} satisfies DrillFile
