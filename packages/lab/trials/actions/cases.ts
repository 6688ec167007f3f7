import type { AskFleet } from './fleet.ts'

/** Something that breaks the shop, and what cures it least. */
export interface Case {
  name: string
  /** What really happens. */
  what: string
  /** Requests a second beside those that the lab's own customers make. */
  rps?: number
  break(fleet: AskFleet, ports: readonly number[]): Promise<unknown>
  /** Takes back what is left of it. */
  mend?(fleet: AskFleet, ports: readonly number[]): Promise<unknown>
  /** The actions that cure it and are no more than it needs. */
  wanted: readonly string[]
}

const TTL = 600
const fault = (mode: string, more: object = {}) => ({
  break: (fleet: AskFleet) => fleet('/fault', { mode, ttl_seconds: TTL, ...more }),
})
const onOne = (mode: string, more: object = {}) => ({
  break: (fleet: AskFleet, [, second]: readonly number[]) => fleet('/fault', { mode, ttl_seconds: TTL, ports: [second], ...more }),
})
const release = (name: string, one = false) => ({
  break: (fleet: AskFleet, [, second]: readonly number[]) => fleet('/deploy', { release: name, ...(one && { ports: [second] }) }),
  mend: (fleet: AskFleet) => fleet('/deploy', { release: 'r4' }),
})

/** All cases. A lab with three instances runs r4 before each. */
export const CASES: readonly Case[] = [
  {
    name: 'link',
    what: 'the link of one instance to the database is slow',
    // The lab's own customers alone: with more its pool is full, and it fails.
    rps: 1,
    ...onOne('link', { delay_ms: 400 }),
    wanted: ['drain_instance'],
  },
  { name: 'link_cut', what: 'the link of one instance to the database is cut', ...onOne('link_cut'), wanted: ['drain_instance'] },
  {
    name: 'errors',
    what: 'one instance loses its database connections',
    ...onOne('errors', { p_error: 1 }),
    wanted: ['drain_instance', 'restart_instance'],
  },
  { name: 'pool_leak', what: 'one instance leaks its pool', ...onOne('pool_leak'), wanted: ['restart_instance', 'drain_instance'] },
  {
    name: 'latency',
    what: 'each storage call of one instance is late',
    ...onOne('latency', { latency_ms: 1_500 }),
    wanted: ['drain_instance', 'restart_instance'],
  },
  { name: 'cpu', what: 'one instance burns its CPU', ...onOne('cpu', { cpu_ms: 400 }), wanted: ['restart_instance', 'drain_instance'] },
  {
    name: 'oom_safe',
    what: 'one instance has no memory left',
    ...onOne('oom_safe', { memory_mb: 200 }),
    wanted: ['restart_instance', 'drain_instance'],
  },
  { name: 'row_lock', what: 'a session holds rows and is idle in transaction', ...fault('row_lock'), wanted: ['terminate_session'] },
  { name: 'lock', what: 'a session holds every item row and is idle in transaction', ...fault('lock'), wanted: ['terminate_session'] },
  { name: 'waiting_migration', what: 'a migration waits behind a long report', ...fault('waiting_migration'), wanted: ['cancel_query'] },
  { name: 'max_connections', what: 'an outside client has taken the slots', ...fault('max_connections'), wanted: ['terminate_session'] },
  { name: 'r5', what: 'release r5 computes on the event loop', ...release('r5'), wanted: ['deploy_release'] },
  { name: 'r6', what: 'release r6 throws for items with a large stock', ...release('r6'), wanted: ['deploy_release'] },
  {
    name: 'r7_one',
    what: 'one instance runs r7, with a query for each item',
    ...release('r7', true),
    wanted: ['deploy_release', 'drain_instance'],
  },
  { name: 'r9', what: 'release r9 keeps connections', ...release('r9'), wanted: ['deploy_release'] },
  {
    name: 'r9_one',
    what: 'one instance runs r9, which keeps connections',
    ...release('r9', true),
    wanted: ['deploy_release', 'drain_instance'],
  },
  { name: 'r8', what: 'release r8 fills its heap', ...release('r8'), rps: 60, wanted: ['deploy_release'] },
  {
    name: 'surge',
    what: 'a peak that the instances do not carry',
    rps: 200,
    break: async () => undefined,
    mend: (fleet) => fleet('/scale', { replicas: 3 }),
    wanted: ['scale_service'],
  },
]
