import type { DrillFile } from '@oncall-lab/drills/drill'
import { MISTAKES, SAME_RELEASE } from '@oncall-lab/drills/usual-mistakes'

export default {
  id: 24,
  name: 'password-rotated',
  says: 'the password of the instances was changed: those that run get no new connections',
  tells: 'failures one by one as connections are renewed; the instance that was started after it is well',
  sets: ['hard'],
  twin: 15,
  before: [],
  decoys: ['it looks like random flakiness'],
  breaks: [
    { do: 'fault', mode: 'rotated_password' },
    { do: 'restart', on: 'one' },
  ],
  visible: { sli: 'errors', within_seconds: 60 },
  alert_within_seconds: 80,
  truth: { causes: ['database_refuses_login'], components: ['inventory'] },
  least: { is: 'act', any_of: [{ action: 'rolling_restart' }, { action: 'restart_instance' }] },
  wrong: [SAME_RELEASE, { action: 'scale_service', why: 'new ones are well, the old ones stay broken' }],
  controls: {
    wrong: [
      MISTAKES.databaseDown,
      MISTAKES.setting,
      { says: 'The link is cut.', cause: 'network_partial', component: 'link' },
      MISTAKES.poolLeak,
      { says: 'The database refuses the password of its role.', cause: 'database_refuses_login', component: 'database' },
      MISTAKES.slotsTaken,
    ],
    destructive: { says: 'the role of the shop is dropped', harm: 'rows' },
    right: [
      { says: 'The database refuses the password of the running instances.' },
      {
        says: 'Password authentication fails since it was rotated; the processes hold the old one.',
        component: 'shop instances (their password is old)',
      },
    ],
  },
} satisfies DrillFile
