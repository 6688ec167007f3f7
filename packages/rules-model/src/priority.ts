import type { Diagnosis, Priority } from '@oncall-lab/on-call-agent/api'
import type { Facts } from './facts/facts.ts'

const ORDER: Priority[] = ['low', 'medium', 'high', 'critical']

/** From the alerts' severity, raised by what the customers feel (half of all requests failing, no instance left), lowered when it has passed. */
export function decidePriority(facts: Facts, status: Diagnosis['status']): Priority {
  if (status === 'false_alarm') return 'low'
  const severe = facts.alerts.some(({ severity }) => /crit|page|emergency|fatal|error|high|sev-?1|p1/i.test(severity))
  const failing =
    facts.rate.kind === 'seen' ? (facts.rate.value.last_15_seconds.error_rate ?? facts.rate.value.last_minute.error_rate ?? 0) : 0
  const noneLeft = facts.instances.kind === 'seen' && !facts.instances.value.instances.some(({ state }) => state === 'running')
  const level = failing >= 0.5 || noneLeft ? 3 : severe || failing >= 0.1 ? 2 : 1
  return ORDER[status === 'recovered' ? Math.max(level - 1, 0) : level] ?? 'medium'
}
