import type { DrillFile } from '@oncall-lab/drills/drill'
import { BACK_TO_FIRST_RELEASE, MISTAKES } from '@oncall-lab/drills/usual-mistakes'

export default {
  id: 12,
  name: 'slow-release-on-one',
  says: 'one of three instances runs a release with one query for each item of a page',
  tells: 'latency by release; queries a request forty times as many there',
  sets: [],
  twin: 26,
  customers: { 'list-frac': 0.4 },
  before: [{ do: 'fault', mode: 'link', on: 'all', fields: { delay_ms: 15 } }],
  decoys: ['the median over all is fine; a database 15 ms away, from each instance'],
  breaks: [{ do: 'deploy', release: 'r7', on: 'one' }],
  visible: { sli: 'slowest', within_seconds: 40 },
  alert_within_seconds: 60,
  truth: { causes: ['bad_release'], components: ['inventory'], instances: 'broken' },
  least: { is: 'act', any_of: [BACK_TO_FIRST_RELEASE, { action: 'drain_instance' }] },
  wrong: [
    { action: 'scale_service', why: 'the slow one stays' },
    { action: 'restart_instance', why: 'it runs the same release again' },
  ],
  controls: {
    wrong: [
      { says: 'The link of the instance to the database is slow.', cause: 'network_partial', component: 'link', instances: ['broken'] },
      MISTAKES.slowQuery,
      MISTAKES.badProcess,
      { says: 'The release is bad.', cause: 'bad_release', component: 'inventory', instances: ['other'] },
      { says: 'The release is bad.', cause: 'bad_release', component: 'inventory', instances: ['broken', 'other'] },
    ],
    destructive: { says: 'the two good instances are drained', harm: 'instances' },
    right: [
      { says: 'Only this instance runs r7, which asks the database once for each item.' },
      { says: 'The new release on one instance is slow.', component: 'shop (release)', instances: ['broken'] },
    ],
  },
} satisfies DrillFile
