import type { DrillFile } from '@oncall-lab/drills/drill'
import { BACK_TO_FIRST_RELEASE, MISTAKES } from '@oncall-lab/drills/usual-mistakes'

export default {
  id: 11,
  name: 'bad-release',
  says: 'a release throws for items with a large stock, and goes on doing so',
  tells: 'the errors began with the deploy and go on',
  sets: ['smoke'],
  twin: 3,
  before: [],
  decoys: ['the same log lines as in its twin'],
  breaks: [{ do: 'deploy', release: 'r6' }],
  visible: { sli: 'errors', within_seconds: 60 },
  alert_within_seconds: 60,
  truth: { causes: ['bad_release'], components: ['inventory'] },
  least: { is: 'act', any_of: [BACK_TO_FIRST_RELEASE] },
  wrong: [
    { action: 'restart_instance', why: 'a new process runs the same release' },
    { action: 'scale_service', why: 'a new instance runs the same release' },
  ],
  controls: {
    wrong: [
      MISTAKES.burstOver,
      MISTAKES.exception,
      MISTAKES.setting,
      { says: 'Bad rows cannot be shown.', cause: 'bad_data', component: 'database' },
      { says: 'One instance is broken.', cause: 'bad_instance', component: 'inventory' },
    ],
    destructive: { says: 'the items with a large stock are deleted', harm: 'rows' },
    right: [
      { says: 'Release r6 brought a function that throws for large stocks.' },
      { says: 'The deploy is the cause: go back to r4.', component: 'shop (release)' },
    ],
  },
} satisfies DrillFile
