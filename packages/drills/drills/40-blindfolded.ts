import type { DrillFile } from '@oncall-lab/drills/drill'
import seventeen from './17-leaking-pool.ts'

const { twin: _twin, ...leakingPool } = seventeen

export default {
  ...leakingPool,
  id: 40,
  name: 'blindfolded',
  says: 'as drill 17, while Prometheus answers 503 for a minute and the error log cannot be read',
  tells: 'the instances, asked directly, have all connections in use; the process manager has the release; the code has the commit',
  sets: ['hard'],
  decoys: ['whoever takes a failed look for an empty one sees no errors, no requests and no log lines'],
  breaks: [{ do: 'outage', of: 'logs' }, { do: 'outage', of: 'prometheus', seconds: 60 }, ...leakingPool.breaks],
  controls: {
    ...leakingPool.controls,
    wrong: [
      ...leakingPool.controls.wrong,
      {
        says: 'No errors, no slow requests: the alert was a false one.',
        cause: 'nothing_wrong',
        component: 'inventory',
        status: 'false_alarm',
      },
      { says: 'No request comes any more.', cause: 'traffic_drop', component: 'traffic' },
      { says: 'Prometheus does not answer.', cause: 'monitoring_broken', component: 'monitoring' },
    ],
  },
} satisfies DrillFile
