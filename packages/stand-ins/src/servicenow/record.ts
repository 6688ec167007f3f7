import { dictionary } from '@oncall-lab/service-kit/dictionary'
/** Every value of a record is a text, as in the Table API's answers. */
export type Fields = Record<string, string>

/** The states of an incident and what people call them. */
export const STATES = dictionary<string>({
  1: 'New',
  2: 'In Progress',
  3: 'On Hold',
  6: 'Resolved',
  7: 'Closed',
  8: 'Canceled',
})
export const RESOLVED = '6'
/** Nothing more is expected of these. */
export const OVER = [RESOLVED, '7', '8']

/** The choices of this instance for a close code. */
export const CLOSE_CODES = [
  'Resolved by caller',
  'Resolved by request',
  'Solution provided',
  'Workaround provided',
  'No resolution provided',
  'User error',
]

const LEVELS = dictionary<string>({ 1: '1 - High', 2: '2 - Medium', 3: '3 - Low' })
const PRIORITIES = dictionary<string>({ 1: '1 - Critical', 2: '2 - High', 3: '3 - Moderate', 4: '4 - Low', 5: '5 - Planning' })
/** The priority lookup rules of a new instance: impact, then urgency. */
const LOOKUP = dictionary({
  1: dictionary({ 1: '1', 2: '2', 3: '3' }),
  2: dictionary({ 1: '2', 2: '3', 3: '4' }),
  3: dictionary({ 1: '3', 2: '4', 3: '5' }),
})

/** Priority is derived; whatever a caller sends for it is overwritten. */
export const priorityOf = (impact: string, urgency: string): string => LOOKUP[impact]?.[urgency] ?? '5'

/** Fields that are written as they are given. */
const PLAIN = [
  'short_description',
  'description',
  'category',
  'correlation_id',
  'correlation_display',
  'close_code',
  'close_notes',
  'assignment_group',
  'cmdb_ci',
  'hold_reason',
  'impact',
  'urgency',
  'state',
  'assigned_to',
  'caller_id',
  // Of this instance: which machine and which service of it.
  'u_host',
  'u_ip_address',
  'u_service',
] as const
/** Kept by the instance itself. */
const DERIVED = [
  'sys_id',
  'number',
  'priority',
  'active',
  'opened_at',
  'resolved_at',
  'closed_at',
  'sys_created_on',
  'sys_updated_on',
  'sys_mod_count',
]
/** Each write appends an entry, and nothing is read back of them. */
export const JOURNALS = ['work_notes', 'comments'] as const
export type JournalName = (typeof JOURNALS)[number]

export const isWritable = (name: string) => (PLAIN as readonly string[]).includes(name)
export const isKnown = (name: string) => isWritable(name) || DERIVED.includes(name) || (JOURNALS as readonly string[]).includes(name)
export const FIELDS: readonly string[] = [...DERIVED, ...PLAIN, ...JOURNALS]
export const REFERENCES: readonly string[] = ['assigned_to', 'caller_id']

/** What `sysparm_display_value` gives for a field that is no reference. */
export function displayOf(name: string, value: string): string {
  if (name === 'state') return STATES[value] ?? value
  if (name === 'priority') return PRIORITIES[value] ?? value
  if (name === 'impact' || name === 'urgency') return LEVELS[value] ?? value
  return value
}

/** `2026-11-30 03:14:07`, UTC. */
export const timeOf = (ms: number) => new Date(ms).toISOString().slice(0, 19).replace('T', ' ')
