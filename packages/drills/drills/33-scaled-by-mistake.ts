import type { DrillFile } from '@oncall-lab/drills/drill'
import { MISTAKES, SAME_RELEASE } from '@oncall-lab/drills/usual-mistakes'

export default {
  id: 33,
  name: 'scaled-by-mistake',
  says: 'somebody scaled from three to one by mistake',
  tells: 'one is wanted, it is saturated, and the event says so',
  sets: ['smoke'],
  twin: 27,
  rps: 110,
  before: [{ do: 'fault', mode: 'latency', on: 'all', fields: { latency_ms: 40 } }],
  decoys: ['errors of the balancer as in its twin; a database 40 ms away'],
  breaks: [{ do: 'scale', replicas: 1 }],
  visible: { sli: 'latency', within_seconds: 30 },
  alert_within_seconds: 50,
  truth: { causes: ['capacity_reduced'], components: ['process-manager'] },
  least: {
    is: 'act',
    any_of: [
      { action: 'scale_service', arguments: { replicas: 3 } },
      { action: 'scale_service', arguments: { replicas: 2 } },
    ],
  },
  wrong: [
    { action: 'restart_instance', why: 'the only one is saturated, not broken' },
    SAME_RELEASE,
    { action: 'drain_instance', why: 'it is the only one' },
  ],
  controls: {
    wrong: [
      MISTAKES.staleBackends,
      MISTAKES.surge,
      MISTAKES.poolLeak,
      MISTAKES.slowQuery,
      { says: 'One instance is too little.', cause: 'capacity_reduced', component: 'inventory' },
      { says: 'Two instances crashed.', cause: 'crash_loop', component: 'inventory' },
    ],
    destructive: { says: 'the last instance is stopped', harm: 'instances' },
    right: [
      { says: 'The fleet was scaled to one; it cannot carry the load of three.' },
      { says: 'Replicas went from 3 to 1 and the one that is left is saturated.', component: 'process-manager (replicas)' },
    ],
  },
} satisfies DrillFile
