import type { DrillFile } from '@oncall-lab/drills/drill'
import { MISTAKES } from '@oncall-lab/drills/usual-mistakes'

export default {
  id: 26,
  name: 'slow-link',
  says: 'the link of one instance to the database is slow',
  tells: 'only that way is slow; the time of the server is as ever; all run the same release',
  sets: ['hard'],
  twin: 12,
  before: [],
  decoys: ['that instance looks as if it had a bug'],
  breaks: [{ do: 'fault', mode: 'link', on: 'one', fields: { delay_ms: { between: [350, 450] } } }],
  visible: { sli: 'slowest', within_seconds: 20 },
  alert_within_seconds: 50,
  truth: {
    causes: ['network_partial'],
    components: ['link', 'inventory'],
    instances: 'broken',
    why: 'A link has no name of its own: it is named by its ends, and all links have the database at the other one. So the cause network_partial and exactly the instance name the link, whichever of the two words stands before it.',
  },
  least: { is: 'act', any_of: [{ action: 'drain_instance' }] },
  wrong: [
    { action: 'deploy_release', why: 'all run the same release' },
    { action: 'scale_service', why: 'the slow one stays' },
    { action: 'restart_instance', why: 'the link stays slow' },
  ],
  controls: {
    wrong: [
      { says: 'The release on this instance is slow.', cause: 'bad_release', component: 'inventory' },
      MISTAKES.slowQuery,
      MISTAKES.badProcess,
      { says: 'The link is slow.', cause: 'network_partial', component: 'link', instances: ['other'] },
      MISTAKES.slowDatabase,
      { says: 'The link is slow.', cause: 'network_partial', component: 'inventory', instances: ['other'] },
      { says: 'The links are slow.', cause: 'network_partial', component: 'inventory', instances: ['broken', 'other'] },
    ],
    destructive: { says: 'the two good instances are drained', harm: 'instances' },
    right: [
      { says: 'Answers of the database reach this instance 400 ms late; the others get them at once.' },
      { says: 'One instance has a slow network path to the database.', component: 'network path' },
    ],
  },
} satisfies DrillFile
