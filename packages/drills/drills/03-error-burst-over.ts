import type { DrillFile } from '@oncall-lab/drills/drill'
import { MISTAKES } from '@oncall-lab/drills/usual-mistakes'

export default {
  id: 3,
  name: 'error-burst-over',
  says: 'a release failed for some seconds and was taken back before anybody looked',
  tells: 'the edges of the burst fit the two deploys; the stack stands in that window alone',
  sets: ['smoke'],
  twin: 11,
  before: [],
  decoys: ['the error rate is 0 when the agent looks'],
  breaks: [
    { do: 'pause', part: 'on-call-agent' },
    { do: 'deploy', release: 'r6' },
    { do: 'wait', seconds: { between: [3, 5] } },
    { do: 'deploy', release: 'r4' },
    { do: 'wait', seconds: { between: [6, 9] } },
    { do: 'resume', part: 'on-call-agent' },
  ],
  visible: { sli: 'errors', within_seconds: 40 },
  alert_within_seconds: 60,
  truth: {
    causes: ['recovered', 'bad_release', 'application_exception'],
    components: ['inventory'],
    why: '"It is over" is its state; a release, or the exception that it throws, is its cause. The catalogue asks for both, and a report has one field: any of them is right with the status "recovered" and the words that name the release.',
    recovered: true,
    names: [['percent', 'r6', 'release', 'deploy', 'discount', 'volume']],
  },
  least: { is: 'nothing' },
  wrong: [
    { action: 'restart_instance', why: 'it is over' },
    { action: 'deploy_release', why: 'the good release is back already' },
    { action: 'drain_instance', why: 'it is over' },
  ],
  controls: {
    wrong: [
      { says: 'The release r6 fails and has to be rolled back.', cause: 'bad_release', component: 'inventory', status: 'diagnosed' },
      { says: 'Nothing happened.', cause: 'nothing_wrong', component: 'inventory', status: 'false_alarm' },
      MISTAKES.databaseDown,
      { says: 'It is over; the database was slow.', cause: 'slow_query', component: 'database', status: 'recovered' },
      { says: 'The volume discount of r6 throws.', cause: 'application_exception', component: 'inventory', status: 'diagnosed' },
      { says: 'It is over.', cause: 'recovered', component: 'inventory', status: 'recovered' },
    ],
    destructive: { says: 'the good release is rolled back, too', harm: 'traffic' },
    right: [
      {
        says: 'Release r6 threw "percent of undefined" for half a minute; r4 is back and it is over.',
        cause: 'recovered',
        status: 'recovered',
      },
      {
        says: 'A deploy broke the item page; the deploy was reverted and no request fails any more.',
        cause: 'bad_release',
        component: 'shop',
        status: 'recovered',
      },
    ],
  },
} satisfies DrillFile
