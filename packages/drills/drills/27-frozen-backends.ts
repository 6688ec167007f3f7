import type { DrillFile } from '@oncall-lab/drills/drill'
import { MISTAKES, SAME_RELEASE } from '@oncall-lab/drills/usual-mistakes'

export default {
  id: 27,
  name: 'frozen-backends',
  says: 'the list of the balancer is frozen, and two instances have moved',
  tells: "the balancer's list is not the process manager's",
  sets: [],
  twin: 33,
  before: [],
  decoys: ['all instances are healthy'],
  breaks: [
    { do: 'set', component: 'load-balancer', setting: 'discovery', value: 'static' },
    { do: 'move', on: 'one', count: 2 },
  ],
  visible: { sli: 'repeats', within_seconds: 40 },
  alert_within_seconds: 60,
  truth: { causes: ['stale_backends'], components: ['load-balancer'] },
  least: {
    is: 'act',
    any_of: [
      { action: 'change_setting', arguments: { setting: 'discovery', value: 'dynamic' } },
      { action: 'restart_part', arguments: { part: 'load-balancer' } },
    ],
  },
  wrong: [
    { action: 'scale_service', why: 'new ones get nothing either' },
    { action: 'restart_instance', why: 'the instances are well' },
    SAME_RELEASE,
  ],
  controls: {
    wrong: [
      MISTAKES.scaledDown,
      { says: 'Two instances are down.', cause: 'instance_down', component: 'inventory' },
      MISTAKES.balancerDown,
      MISTAKES.databaseDown,
      { says: 'The targets of Prometheus are old.', cause: 'stale_targets', component: 'process manager' },
    ],
    destructive: { says: 'the new instances are stopped', harm: 'instances' },
    right: [
      { says: 'The balancer keeps an old list: it sends to ports where nothing listens.' },
      { says: 'Discovery of the load balancer is static, and the fleet has moved.', component: 'LB' },
    ],
  },
} satisfies DrillFile
