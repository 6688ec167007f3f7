import type { DrillFile } from '@oncall-lab/drills/drill'
import { MISTAKES } from '@oncall-lab/drills/usual-mistakes'

export default {
  id: 32,
  name: 'stale-targets',
  says: "Prometheus' targets file is kept while an instance moves: it has a dead one and misses a live one",
  tells: 'the file is not the fleet; traffic is fine',
  sets: [],
  before: [],
  decoys: ['the alert blames the shop'],
  breaks: [
    { do: 'set', component: 'process-manager', setting: 'targets_file', value: 'kept' },
    { do: 'move', on: 'one', count: 1 },
  ],
  visible: { sli: 'unseen', within_seconds: 40 },
  alert_within_seconds: 60,
  truth: {
    causes: ['stale_targets'],
    components: ['process-manager', 'monitoring'],
    why: 'The file stands between who writes it and who reads it: "the targets of Prometheus" and "the targets file of the process manager" are the same file.',
  },
  least: { is: 'act', any_of: [{ action: 'change_setting', arguments: { setting: 'targets_file', value: 'written' } }] },
  wrong: [
    { action: 'restart_instance', why: 'there is nothing to restart' },
    { action: 'scale_service', why: 'the fleet is well' },
    { action: 'drain_instance', why: 'the fleet is well' },
    { action: 'deploy_release', why: 'the fleet is well' },
  ],
  controls: {
    wrong: [MISTAKES.instanceDown, MISTAKES.crashLoop, MISTAKES.staleBackends, MISTAKES.falseAlarm, MISTAKES.brokenMonitoring],
    destructive: { says: 'the live instance is stopped', harm: 'instances' },
    right: [
      { says: 'The targets file was not written anew: it names an instance that is no more.' },
      { says: 'Prometheus scrapes an address that nobody has any more.', component: 'Prometheus' },
    ],
  },
} satisfies DrillFile
