import type { Step } from '../breaks/steps.ts'

/** Something that breaks the shop, and what cures it least. */
export interface Case {
  name: string
  /** What really happens. */
  what: string
  /** Requests a second beside those that the lab's own customers make. */
  rps?: number
  steps: readonly Step[]
  /** The actions that cure it and are no more than it needs. */
  wanted: readonly string[]
}

const THERE = ['drain_instance', 'restart_instance']
const BACK = ['deploy_release']

/** All cases; a lab with three instances runs r4 before each. */
export const CASES: readonly Case[] = [
  {
    name: 'row_lock',
    what: 'a session holds rows and is idle in transaction',
    steps: [{ fault: 'row_lock' }],
    wanted: ['terminate_session'],
  },
  {
    name: 'lock',
    what: 'a session holds every item row and is idle in transaction',
    steps: [{ fault: 'lock' }],
    wanted: ['terminate_session'],
  },
  {
    name: 'waiting_migration',
    what: 'a migration waits behind a long report',
    steps: [{ fault: 'waiting_migration' }],
    wanted: ['cancel_query'],
  },
  {
    name: 'max_connections',
    what: 'an outside client has taken the slots',
    steps: [{ fault: 'max_connections' }],
    wanted: ['terminate_session'],
  },
  {
    name: 'slow_query',
    what: 'the index that lists need is gone',
    steps: [{ fault: 'slow_query' }],
    wanted: ['create_index'],
  },
  { name: 'pool_leak', what: 'one instance leaks its pool', steps: [{ fault: 'pool_leak', on: 1 }], wanted: THERE },
  {
    name: 'errors',
    what: 'one instance loses its database connections',
    steps: [{ fault: 'errors', on: 1, fields: { p_error: 1 } }],
    wanted: THERE,
  },
  { name: 'r6', what: 'release r6 throws for items with a large stock', steps: [{ deploy: 'r6' }], wanted: BACK },
  { name: 'r9', what: 'release r9 keeps connections', steps: [{ deploy: 'r9' }], wanted: BACK },
  {
    name: 'badges',
    what: 'BADGES was switched on, which not all items stand',
    steps: [{ set: ['inventory', 'BADGES', 'on'] }],
    wanted: ['change_setting'],
  },
  {
    name: 'database_url',
    what: 'one instance does not get DATABASE_URL',
    steps: [{ set: ['inventory', 'DATABASE_URL', 'missing'], on: 1 }],
    wanted: ['change_setting'],
  },
  {
    name: 'rotated_password',
    what: 'the password of the instances was changed',
    steps: [{ fault: 'rotated_password' }],
    wanted: ['rolling_restart'],
  },
  { name: 'db_down', what: 'the database server is stopped', steps: [{ fault: 'db_down' }], wanted: ['start_part'] },
  { name: 'balancer_down', what: 'the load balancer is killed and stays down', steps: [{ down: 'load-balancer' }], wanted: ['start_part'] },
  {
    name: 'latency',
    what: 'each storage call of one instance is late',
    steps: [{ fault: 'latency', on: 1, fields: { latency_ms: 1_500 } }],
    wanted: THERE,
  },
  { name: 'cpu', what: 'one instance burns its CPU', steps: [{ fault: 'cpu', on: 1, fields: { cpu_ms: 400 } }], wanted: THERE },
  {
    name: 'targets_file',
    what: "Prometheus' targets stay as they were, and an instance moves",
    steps: [{ set: ['process-manager', 'targets_file', 'kept'] }, { move: true }],
    wanted: ['change_setting'],
  },
  {
    name: 'discovery',
    what: "the balancer's list stays as it was, and an instance moves",
    steps: [{ set: ['load-balancer', 'discovery', 'static'] }, { move: true }],
    wanted: ['change_setting'],
  },
  { name: 'r5', what: 'release r5 computes on the event loop', steps: [{ deploy: 'r5' }], wanted: BACK },
  {
    name: 'r6_one',
    what: 'one instance runs r6, which throws',
    steps: [{ deploy: 'r6', on: 1 }],
    wanted: [...BACK, 'drain_instance'],
  },
  { name: 'r10', what: 'release r10 never starts: its deploy stops at the first instance', steps: [{ deploy: 'r10' }], wanted: BACK },
  { name: 'r8', what: 'release r8 fills its heap', steps: [{ deploy: 'r8' }], rps: 60, wanted: BACK },
  {
    name: 'oom_safe',
    what: 'one instance has no memory left',
    steps: [{ fault: 'oom_safe', on: 1, fields: { memory_mb: 200 } }],
    wanted: THERE,
  },
  {
    name: 'link',
    what: 'the link of one instance to the database is slow',
    // The lab's own customers alone: with more its pool is full, and it fails.
    rps: 1,
    steps: [{ fault: 'link', on: 1, fields: { delay_ms: 400 } }],
    wanted: ['drain_instance'],
  },
]
