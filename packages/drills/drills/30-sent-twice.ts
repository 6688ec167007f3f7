import type { DrillFile } from '@oncall-lab/drills/drill'
import { MISTAKES, SAME_RELEASE } from '@oncall-lab/drills/usual-mistakes'

export default {
  id: 30,
  name: 'sent-twice',
  says: 'a setting of the balancer sends a request again that has no answer yet, also a reservation: the first instance carries it out all the same',
  tells:
    'more reservations are made than customers are told of, with no error anywhere; instances count reservations whose caller left (499); the history of settings',
  sets: ['hard'],
  customers: { 'reserve-frac': 0.5, 'put-frac': 0.05 },
  before: [{ do: 'fault', mode: 'latency', on: 'all', fields: { latency_ms: 40 } }],
  decoys: ['no request fails, all instances are healthy; a database 40 ms away'],
  breaks: [{ do: 'set', component: 'load-balancer', setting: 'resend_after_ms', value: '30' }],
  visible: { sli: 'beyond_orders', within_seconds: 30 },
  alert_within_seconds: 60,
  truth: {
    causes: ['bad_configuration'],
    components: ['load-balancer'],
    names: [['resend', 're-?sen[dt]', 'sen[dt] again', 'twice', 'retr(y|ies)', 'second (backend|instance)']],
  },
  least: {
    is: 'act',
    any_of: [{ action: 'change_setting', arguments: { component: 'load-balancer', setting: 'resend_after_ms', value: '0' } }],
  },
  wrong: [
    { action: 'restart_instance', why: 'the instances do as they are told; what is cut off is sent again' },
    { action: 'scale_service', why: 'more instances carry out the same request twice' },
    SAME_RELEASE,
    { action: 'drain_instance', why: 'no instance is worse than another' },
  ],
  controls: {
    wrong: [
      MISTAKES.falseAlarm,
      { says: 'The reservation code books twice.', cause: 'application_exception', component: 'inventory' },
      MISTAKES.slowDatabase,
      { says: 'A setting was changed: badges.', cause: 'bad_configuration', component: 'load balancer' },
      { says: 'A setting has requests sent twice.', cause: 'bad_configuration', component: 'inventory' },
      { says: 'Customers order more.', cause: 'traffic_surge', component: 'traffic' },
    ],
    destructive: { says: 'the reservations of the last minutes are deleted', harm: 'rows' },
    right: [
      { says: 'The balancer re-sends reservations that are slow, and both instances carry them out.' },
      { says: 'resend_after_ms is 30: whatever takes longer is done twice.', component: 'LB' },
    ],
  },
} satisfies DrillFile
