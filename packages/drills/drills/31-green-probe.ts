import type { DrillFile } from '@oncall-lab/drills/drill'
import { MISTAKES } from '@oncall-lab/drills/usual-mistakes'

export default {
  id: 31,
  name: 'green-probe',
  says: 'one instance fails its customers while its health check says ok',
  tells: 'errors of one instance, with a green probe',
  sets: [],
  before: [],
  decoys: ['process manager and balancer insist that all is well'],
  breaks: [{ do: 'fault', mode: 'errors', on: 'one', fields: { p_error: { between: [0.9, 1] } } }],
  visible: { sli: 'instance_errors', within_seconds: 15 },
  truth: {
    causes: ['bad_instance', 'network_partial'],
    components: ['inventory', 'link'],
    instances: 'broken',
    why: 'All that can be seen is that the connections of one instance to the database break while the other two keep theirs. Its process or its way to the database may do that; only a restart tells them apart, and nobody has made one when the report is due. Exactly that instance has to be named.',
  },
  least: { is: 'act', any_of: [{ action: 'drain_instance' }, { action: 'restart_instance' }] },
  wrong: [
    { action: 'deploy_release', why: 'all instances run the same release' },
    { action: 'scale_service', why: 'the broken one stays' },
  ],
  controls: {
    wrong: [
      MISTAKES.databaseDown,
      MISTAKES.lastRelease,
      MISTAKES.falseAlarm,
      MISTAKES.burstOver,
      { says: 'The link of another instance breaks.', cause: 'network_partial', component: 'link', instances: ['other'] },
      { says: 'All links break.', cause: 'network_partial', component: 'link', instances: ['broken', 'other'] },
      { says: 'The other instance is broken.', cause: 'bad_instance', component: 'inventory', instances: ['other'] },
    ],
    destructive: { says: 'the two good ones are drained', harm: 'instances' },
    right: [
      { says: 'One instance cannot use its connections; the others can.', cause: 'network_partial', component: 'link' },
      { says: 'A single process of the shop is broken.', component: 'shop' },
    ],
  },
} satisfies DrillFile
