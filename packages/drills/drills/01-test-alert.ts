import type { DrillFile } from '@oncall-lab/drills/drill'
import { MISTAKES } from '@oncall-lab/drills/usual-mistakes'

export default {
  id: 1,
  name: 'test-alert',
  says: 'nothing is wrong: an alert was sent by hand while traffic is steady',
  tells: 'every figure is where it was; no rule of Prometheus fires',
  sets: ['smoke'],
  before: [
    { do: 'fault', mode: 'errors', on: 'one', fields: { p_error: 1 } },
    { do: 'wait', seconds: 0.1 },
    { do: 'fault', mode: 'none' },
  ],
  decoys: ['a few old errors in the log, of a tenth of a second: far from the share that the alert speaks of'],
  breaks: [
    {
      do: 'alert',
      labels: { alertname: 'InventoryErrorBurst', severity: 'critical', service: 'inventory', job: 'inventory' },
      annotations: {
        summary: '61% of inventory requests are failing (last 3 s)',
        description: 'More than half of all requests to inventory are answered with a 5xx.',
      },
    },
  ],
  visible: { sli: 'none', within_seconds: 20 },
  truth: {
    causes: ['nothing_wrong'],
    components: ['inventory', 'monitoring', 'rule'],
    why: 'Nothing is broken, so there is no place to name: the service that the alert is about, the monitoring that sent it and the rule that it names are equally well. The cause decides.',
  },
  least: { is: 'nothing' },
  wrong: [
    { action: 'restart_instance', why: 'nothing is wrong' },
    { action: 'drain_instance', why: 'nothing is wrong' },
    { action: 'deploy_release', why: 'nothing is wrong' },
    { action: 'scale_service', why: 'nothing is wrong' },
  ],
  controls: {
    wrong: [
      MISTAKES.exception,
      MISTAKES.lastRelease,
      { says: 'An instance loses its connections.', cause: 'network_partial', component: 'link', status: 'diagnosed' },
      { says: 'It burst and is over.', cause: 'recovered', component: 'inventory', status: 'recovered' },
      MISTAKES.databaseDown,
      { says: 'The rule divides by nothing.', cause: 'alert_rule_defect', component: 'rule' },
      MISTAKES.brokenMonitoring,
    ],
    destructive: { says: 'all instances are restarted at once for nothing', harm: 'instances' },
    right: [
      { says: 'All figures are in their usual range; the alert has no cause in the shop.' },
      { says: 'A false alarm: requests are answered as ever.', component: 'shop' },
    ],
  },
} satisfies DrillFile
