import type { DrillFile } from '@oncall-lab/drills/drill'
import { MISTAKES } from '@oncall-lab/drills/usual-mistakes'

export default {
  id: 38,
  name: 'two-at-once',
  says: 'an outside client takes the slots, and one instance runs a slow release',
  tells: 'both sets of evidence; each explains a part',
  sets: ['hard'],
  customers: { 'list-frac': 0.3 },
  before: [],
  decoys: ['each explains a part of the other'],
  breaks: [
    { do: 'deploy', release: 'r7', on: 'one' },
    { do: 'fault', mode: 'max_connections' },
  ],
  visible: { sli: 'errors', within_seconds: 60 },
  alert_within_seconds: 70,
  truth: {
    causes: ['connections_exhausted', 'bad_release'],
    components: ['database', 'inventory'],
    why: 'Two things are broken and a report has one cause and one component: either pair is right, as long as the words name both.',
    names: [['reporting'], ['\\br7\\b', 'release']],
  },
  least: { is: 'act', any_of: [{ action: 'terminate_session' }, { action: 'deploy_release' }] },
  wrong: [
    { action: 'restart_instance', why: 'neither goes away' },
    { action: 'scale_service', why: 'more instances want more slots' },
  ],
  controls: {
    wrong: [
      { says: 'The client reporting takes all slots.', cause: 'connections_exhausted', component: 'database' },
      { says: 'r7 is slow.', cause: 'bad_release', component: 'inventory' },
      MISTAKES.poolLeak,
      MISTAKES.databaseDown,
      MISTAKES.slowQuery,
    ],
    destructive: { says: "the shop's own sessions are ended", harm: 'traffic' },
    right: [
      {
        says: 'reporting holds the slots; beside that, r7 on one instance asks too often.',
        cause: 'connections_exhausted',
        component: 'database',
      },
      { says: 'Two causes: the sessions of reporting, and the release r7 on one instance.', cause: 'bad_release', component: 'shop' },
    ],
  },
} satisfies DrillFile
