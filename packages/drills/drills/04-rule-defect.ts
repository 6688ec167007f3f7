import type { DrillFile } from '@oncall-lab/drills/drill'
import { MISTAKES } from '@oncall-lab/drills/usual-mistakes'

export default {
  id: 4,
  name: 'rule-defect',
  says: 'a rule divides by the load of one instance, and that instance is scaled away: the ratio is infinite',
  tells: 'each instance gets its share; the divisor of the rule has no data',
  sets: [],
  before: [],
  decoys: ['a real, harmless change of scale'],
  breaks: [
    { do: 'set', component: 'prometheus', setting: 'uneven_load_rule', value: 'by_instance' },
    { do: 'wait', seconds: 3 },
    { do: 'scale', replicas: 2 },
  ],
  visible: { sli: 'none', within_seconds: 60 },
  alert_within_seconds: 90,
  truth: {
    causes: ['alert_rule_defect'],
    components: ['rule', 'monitoring'],
    why: 'A rule is a part of the monitoring, and "Prometheus (alert rule)" names both.',
  },
  least: { is: 'ticket' },
  wrong: [
    { action: 'restart_instance', why: 'the shop is well' },
    { action: 'drain_instance', why: 'the shop is well' },
    { action: 'deploy_release', why: 'the shop is well' },
  ],
  controls: {
    wrong: [
      MISTAKES.brokenMonitoring,
      MISTAKES.scaledDown,
      MISTAKES.surge,
      { says: 'The balancer sends unevenly.', cause: 'stale_backends', component: 'load balancer' },
      { says: 'One instance is down.', cause: 'instance_down', component: 'inventory' },
      MISTAKES.falseAlarm,
    ],
    destructive: { says: 'the rule is silenced for good', harm: 'silences' },
    right: [
      { says: 'The rule InventoryUnevenLoad divides by an instance that is gone.' },
      { says: 'The alert is wrong, not the shop: its divisor vanished with the scale-down.', component: 'alerting rule' },
    ],
  },
} satisfies DrillFile
