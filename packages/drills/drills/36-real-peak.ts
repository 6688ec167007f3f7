import type { DrillFile } from '@oncall-lab/drills/drill'
import { MISTAKES, SAME_RELEASE } from '@oncall-lab/drills/usual-mistakes'

export default {
  id: 36,
  name: 'real-peak',
  says: 'six times the usual customers come',
  tells: 'six times the load is offered, and each request comes once',
  sets: [],
  twin: 29,
  rps: 40,
  before: [{ do: 'fault', mode: 'latency', on: 'all', fields: { latency_ms: 60 } }],
  decoys: ['the saturation of its twin; a database 60 ms away'],
  breaks: [{ do: 'traffic', profile: 'constant', fields: { rps: 200 } }],
  visible: { sli: 'offered', within_seconds: 20 },
  alert_within_seconds: 50,
  truth: { causes: ['traffic_surge'], components: ['traffic'] },
  least: { is: 'act', any_of: [{ action: 'scale_service' }] },
  wrong: [
    { action: 'restart_instance', why: 'it takes capacity away' },
    SAME_RELEASE,
    { action: 'drain_instance', why: 'it takes capacity away' },
  ],
  controls: {
    wrong: [
      { says: 'Retries keep the load up.', cause: 'retry_storm', component: 'load balancer' },
      MISTAKES.poolLeak,
      MISTAKES.scaledDown,
      { says: 'The instances cannot serve their load.', cause: 'traffic_surge', component: 'inventory' },
      MISTAKES.slowQuery,
      MISTAKES.falseAlarm,
    ],
    destructive: { says: 'customers are turned away', harm: 'traffic' },
    right: [
      { says: 'Requests are six times as many as usual.' },
      { says: 'A real peak: more customers than three instances can serve.', component: 'customers' },
    ],
  },
} satisfies DrillFile
