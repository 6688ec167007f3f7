import { type Static, Type } from 'typebox'

/** The causes that a diagnosis can name, with the class of each: the grader's words. */
export const CAUSE_CLASSES = {
  application_exception: 'code',
  bad_release: 'release',
  bad_configuration: 'configuration',
  bad_data: 'data',
  bad_instance: 'process',
  dependency_down: 'network',
  dependency_slow: 'network',
  database_down: 'database',
  database_refuses_login: 'database',
  schema_mismatch: 'database',
  permission_denied: 'configuration',
  connections_exhausted: 'database',
  pool_leak: 'code',
  lock_contention: 'database',
  deadlock: 'database',
  slow_query: 'database',
  cpu_saturation: 'process',
  event_loop_blocked: 'code',
  memory_leak: 'code',
  out_of_memory: 'process',
  disk_full: 'host',
  resource_exhausted: 'host',
  crash_loop: 'process',
  process_hung: 'process',
  instance_down: 'process',
  capacity_reduced: 'workload',
  traffic_surge: 'workload',
  traffic_drop: 'workload',
  retry_storm: 'workload',
  stale_backends: 'network',
  stale_targets: 'monitoring',
  network_partial: 'network',
  load_balancer_down: 'network',
  service_down_on_host: 'host',
  monitoring_broken: 'monitoring',
  alert_rule_defect: 'monitoring',
  recovered: 'none',
  nothing_wrong: 'none',
  out_of_sight: 'unknown',
  unknown: 'unknown',
} as const
export type CauseId = keyof typeof CAUSE_CLASSES
const CAUSE_IDS = Object.keys(CAUSE_CLASSES) as CauseId[] // The keys of a literal.
export const CauseId = Type.Enum(CAUSE_IDS, {
  type: 'string',
  description:
    'The one cause that fits best; out_of_sight: the alert is about something that no function can see; unknown: it is none of these, or cannot be told.',
})
export const CauseClass = Type.Enum([...new Set(Object.values(CAUSE_CLASSES))], { type: 'string' })
export type CauseClass = Static<typeof CauseClass>
