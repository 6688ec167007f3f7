import type { DrillFile } from '@oncall-lab/drills/drill'
import { MISTAKES } from '@oncall-lab/drills/usual-mistakes'

export default {
  id: 5,
  name: 'balancer-killed',
  says: 'the load balancer is killed: no request gets to the shop, so the ratio of errors is silent',
  tells: 'no traffic, the balancer does not answer, the instances are idle and well',
  sets: ['hard'],
  before: [],
  decoys: ['0 % errors, all instances healthy'],
  breaks: [{ do: 'keep_down', part: 'load-balancer' }],
  visible: { sli: 'served', within_seconds: 15 },
  truth: { causes: ['load_balancer_down'], components: ['load-balancer'] },
  least: {
    is: 'act',
    any_of: [{ action: 'start_part', arguments: { part: 'load-balancer' } }, { action: 'restart_service' }, { action: 'run_remediation' }],
  },
  wrong: [
    { action: 'restart_instance', why: 'the instances are well' },
    { action: 'scale_service', why: 'the instances are idle' },
    { action: 'deploy_release', why: 'the release has nothing to do with it' },
  ],
  controls: {
    wrong: [
      MISTAKES.falseAlarm,
      { says: 'Customers stay away.', cause: 'traffic_drop', component: 'traffic' },
      MISTAKES.databaseDown,
      MISTAKES.instanceDown,
      { says: 'The load balancer uses an old list.', cause: 'stale_backends', component: 'load balancer' },
    ],
    destructive: { says: 'the fleet is scaled to nothing, since nobody comes', harm: 'instances' },
    right: [
      { says: 'The load balancer does not answer, so no request reaches the instances.' },
      { says: 'Nothing listens on the balancer any more; the shop behind it idles.', component: 'balancer' },
    ],
  },
} satisfies DrillFile
