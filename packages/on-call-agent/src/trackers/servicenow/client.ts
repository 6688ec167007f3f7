import type { Priority } from '../../api.ts'
import { createServiceNowClient, type ServiceNowClient, type ServiceNowRecord } from '../../servicenow/client.ts'
import { ServiceNowError } from '../../servicenow/servicenow-error.ts'
import type { ServiceNowAccess } from '../../servicenow/settings.ts'
import { isOver, STATE } from '../../servicenow/states.ts'
import type { Ticket, Tracker } from '../tracker.ts'
import { TrackerError } from '../tracker-error.ts'

/** Priority follows from impact and urgency there: 1 high, 2 medium, 3 low. */
const LEVELS: Record<Priority, { impact: string; urgency: string }> = {
  critical: { impact: '1', urgency: '1' },
  high: { impact: '1', urgency: '2' },
  medium: { impact: '2', urgency: '2' },
  low: { impact: '3', urgency: '3' },
}
const SUMMARY_CHARS = 160
const UNREADABLE = { claim: 'uncertain', slow: false, retryAfterMs: undefined, code: 'upstream_garbled' } as const

/** Tickets as incident records; our own label is their `correlation_id`. */
export function createServiceNowTracker(access: ServiceNowAccess, timeoutMs?: number): Omit<Tracker, 'id'> {
  const client = createServiceNowClient(access, timeoutMs)
  const ticketOf = (record: ServiceNowRecord): Ticket => ({
    key: record.value('number'),
    url: client.pageOf(record.sysId),
    assignee: record.shown('assigned_to') || null,
  })
  return {
    owns: (key) => /^INC\d{5,12}$/.test(key),
    assignable: (query) =>
      asTrackerError(async () =>
        (await client.people(query)).map(({ sysId, name, email }) => ({ accountId: sysId, displayName: name, ...(email && { email }) })),
      ),
    findByLabel: (label) =>
      asTrackerError(async () => {
        const [record] = await client.findBy('correlation_id', label)
        return record && ticketOf(record)
      }),
    create: ({ summary, description, label, priority, assignee }) =>
      asTrackerError(async () => {
        const record = await client.create({
          short_description: summary.replace(/\s+/g, ' ').slice(0, SUMMARY_CHARS),
          description,
          correlation_id: label,
          correlation_display: 'oncall-lab',
          ...LEVELS[priority],
          ...(assignee && { assigned_to: assignee.accountId }),
        })
        const ticket = ticketOf(record)
        if (ticket.key === '' || record.value('correlation_id') !== label)
          throw new TrackerError('ServiceNow created a record and did not say which', UNREADABLE)
        return { ...ticket, assignee: ticket.assignee ?? assignee?.displayName ?? null }
      }),
    assign: (key, { accountId }) =>
      asTrackerError(async () => {
        await client.change((await find(client, key)).sysId, { assigned_to: accountId })
      }),
    comment: (key, text) =>
      asTrackerError(async () => {
        await client.change((await find(client, key)).sysId, { work_notes: text })
      }),
    close: (key) =>
      asTrackerError(async () => {
        const record = await find(client, key)
        if (isOver(record.value('state'))) return
        const notes = 'Closed on the word of the person on call.'
        const after = await client.change(record.sysId, { state: STATE.resolved, close_code: access.closeCode, close_notes: notes })
        if (!isOver(after.value('state')))
          throw new TrackerError(`ServiceNow took the change of ${key} and does not show it as resolved`, UNREADABLE)
      }),
  }
}

async function find(client: ServiceNowClient, key: string): Promise<ServiceNowRecord> {
  const [record] = await client.findBy('number', key)
  if (record) return record
  throw new TrackerError(`ServiceNow has no record ${key}, or the account may not see it`, {
    claim: 'retryable',
    slow: true,
    retryAfterMs: undefined,
    code: 'upstream_status',
    upstreamStatus: 404,
  })
}

async function asTrackerError<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    if (!(error instanceof ServiceNowError)) throw error
    const { message, failed, code, upstreamStatus } = error
    throw new TrackerError(message, { ...failed, code, ...(upstreamStatus !== undefined && { upstreamStatus }) })
  }
}
