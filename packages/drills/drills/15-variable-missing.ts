import type { DrillFile } from '@oncall-lab/drills/drill'
import { MISTAKES } from '@oncall-lab/drills/usual-mistakes'

export default {
  id: 15,
  name: 'variable-missing',
  says: 'one instance starts without the address of the database',
  tells: 'it ends with exit status 1 at its start, and its last line says why',
  sets: [],
  twin: 24,
  before: [],
  decoys: ['the others reach the database'],
  breaks: [{ do: 'set', component: 'inventory', setting: 'DATABASE_URL', value: 'missing', on: 'one' }],
  visible: { sli: 'instances', within_seconds: 40 },
  alert_within_seconds: 60,
  truth: { causes: ['bad_configuration'], components: ['inventory'], instances: 'broken' },
  least: { is: 'act', any_of: [{ action: 'change_setting', arguments: { setting: 'DATABASE_URL', value: 'given' } }] },
  wrong: [
    { action: 'deploy_release', why: 'the release is well with its variable' },
    { action: 'reset_password', why: 'the password is right' },
    { action: 'scale_service', why: 'the setting is still wrong' },
  ],
  controls: {
    wrong: [
      { says: 'The password was changed.', cause: 'database_refuses_login', component: 'database' },
      MISTAKES.crashLoop,
      MISTAKES.databaseDown,
      MISTAKES.lastRelease,
      { says: 'A setting is missing.', cause: 'bad_configuration', component: 'inventory', instances: ['other'] },
    ],
    destructive: { says: 'the other two are stopped', harm: 'instances' },
    right: [
      { says: 'The instance has no DATABASE_URL and ends at its start.' },
      { says: 'A variable is not set for one instance; it exits with 1.', component: 'shop (configuration)', instances: ['broken'] },
    ],
  },
} satisfies DrillFile
