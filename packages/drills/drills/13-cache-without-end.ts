import type { DrillFile } from '@oncall-lab/drills/drill'
import { BACK_TO_FIRST_RELEASE, MISTAKES } from '@oncall-lab/drills/usual-mistakes'

export default {
  id: 13,
  name: 'cache-without-end',
  says: 'a release fills a cache that nothing empties',
  tells: 'memory climbs with uptime and requests, on all instances alike',
  sets: [],
  rps: 120,
  before: [],
  decoys: ['a restart would help for some minutes'],
  breaks: [{ do: 'deploy', release: 'r8' }],
  visible: { sli: 'memory', within_seconds: 90 },
  alert_within_seconds: 100,
  truth: { causes: ['memory_leak'], components: ['inventory'] },
  least: { is: 'act', any_of: [BACK_TO_FIRST_RELEASE] },
  wrong: [{ action: 'scale_service', why: 'each instance fills its own' }],
  controls: {
    wrong: [
      MISTAKES.surge,
      { says: 'Memory is full.', cause: 'out_of_memory', component: 'database' },
      MISTAKES.crashLoop,
      MISTAKES.falseAlarm,
      { says: 'The CPU is busy.', cause: 'cpu_saturation', component: 'inventory' },
    ],
    destructive: { says: 'the service is scaled to nothing to free memory', harm: 'instances' },
    right: [
      { says: 'A cache of answers grows without end since r8.' },
      { says: 'The memory of each process climbs; nothing is ever evicted.', component: 'shop (memory)' },
    ],
  },
} satisfies DrillFile
