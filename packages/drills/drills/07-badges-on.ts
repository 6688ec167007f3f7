import type { DrillFile } from '@oncall-lab/drills/drill'
import { MISTAKES } from '@oncall-lab/drills/usual-mistakes'

export default {
  id: 7,
  name: 'badges-on',
  says: 'a setting is switched on that exposes an old mistake: some items cannot be shown any more',
  tells: 'a fixed share of the ids fails, with one stack; the history of settings',
  sets: [],
  before: [{ do: 'deploy', release: 'r11', on: 'all' }],
  decoys: ['a harmless deploy shortly before'],
  breaks: [{ do: 'set', component: 'inventory', setting: 'BADGES', value: 'on' }],
  visible: { sli: 'errors', within_seconds: 60 },
  alert_within_seconds: 60,
  truth: { causes: ['bad_configuration'], components: ['inventory'], names: [['badges?']] },
  least: { is: 'act', any_of: [{ action: 'change_setting', arguments: { setting: 'BADGES', value: 'off' } }] },
  wrong: [
    { action: 'deploy_release', why: 'the code came long ago; the setting is new' },
    { action: 'restart_instance', why: 'the setting stays' },
    { action: 'scale_service', why: 'all fail alike' },
  ],
  controls: {
    wrong: [
      MISTAKES.lastRelease,
      MISTAKES.exception,
      { says: 'A setting was changed: retries.', cause: 'bad_configuration', component: 'load balancer' },
      { says: 'Some rows are bad.', cause: 'bad_data', component: 'database' },
      MISTAKES.falseAlarm,
    ],
    destructive: { says: 'the rows of the items that fail are deleted', harm: 'rows' },
    right: [
      { says: 'BADGES was switched on, and items of four finishes have no badge.' },
      { says: 'The setting for badges breaks item pages; switch it off.', component: 'shop (configuration)' },
    ],
  },
} satisfies DrillFile
