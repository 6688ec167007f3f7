import type { DrillFile } from '@oncall-lab/drills/drill'
import { BACK_TO_FIRST_RELEASE, MISTAKES } from '@oncall-lab/drills/usual-mistakes'

export default {
  id: 10,
  name: 'loop-blocked',
  says: 'a release computes on the event loop for each page of the list; everything else waits',
  tells: 'the lag of the event loop goes with that route; other routes of the same instance suffer',
  sets: [],
  before: [],
  decoys: ['the latency of the database as the application sees it'],
  breaks: [{ do: 'deploy', release: 'r5' }],
  visible: { sli: 'latency', within_seconds: 60 },
  alert_within_seconds: 60,
  truth: { causes: ['event_loop_blocked'], components: ['inventory'], names: [['/items', 'list', 'page', 'r5', 'cursor']] },
  least: { is: 'act', any_of: [BACK_TO_FIRST_RELEASE] },
  wrong: [
    { action: 'scale_service', why: 'each instance blocks itself' },
    { action: 'restart_instance', why: 'a new process runs the same code' },
  ],
  controls: {
    wrong: [
      MISTAKES.slowQuery,
      MISTAKES.surge,
      MISTAKES.locks,
      MISTAKES.databaseDown,
      { says: 'The event loop is blocked.', cause: 'event_loop_blocked', component: 'database' },
    ],
    destructive: { says: 'the list is closed: its customers get nothing', harm: 'traffic' },
    right: [
      { says: 'Release r5 signs the cursor of each page on the event loop; all routes wait for it.' },
      { says: 'GET /items computes synchronously.', component: 'shop (event loop)' },
    ],
  },
} satisfies DrillFile
