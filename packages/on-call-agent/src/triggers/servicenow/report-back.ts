import type { Incident } from '../../api.ts'
import type { ServiceNowClient, ServiceNowRecord } from '../../servicenow/client.ts'
import { isOver, STATE } from '../../servicenow/states.ts'
import type { ReconcileDependencies } from '../trigger.ts'
import { decideClosing, decideNotes } from './decide-notes.ts'
import { SOURCE, sysIdOf, toAlert } from './read-record.ts'

interface ReportOptions {
  client: ServiceNowClient
  closeCode: string
  /** The instance's host name. */
  instance: string
}

const RECORD_CHARS = 4_000

/**
 * Keeps a record and its incident alike: work notes for what happened here, a resolution once an action helped, and the end here when the record ends there. Each round reads
 * the record first, so that a note whose answer was lost is not written twice, and a record that a person closed meanwhile is left as it is.
 */
export function createReporter({ client, closeCode, instance }: ReportOptions, { store, receive }: ReconcileDependencies) {
  const written = new Map<string, Set<string>>()

  async function report(incident: Incident, sysId: string, signal: AbortSignal): Promise<void> {
    const timeline = await store.incidents.timeline(incident.id)
    const known = written.get(incident.id) ?? new Set()
    written.set(incident.id, known)
    const waiting = decideNotes(incident.ref, timeline).filter(({ mark }) => !known.has(mark))
    const closing = decideClosing(timeline)
    const record = await client.read(sysId, signal)
    if (!record) return
    if (incident.ticket === null)
      await store.incidents.setTicket(incident.id, {
        key: record.value('number'),
        url: client.pageOf(sysId),
        assignee: record.shown('assigned_to') || null,
      })
    if (isOver(record.value('state'))) return end(record)
    const standing = record.shown('work_notes')
    for (const { mark, text } of waiting) {
      if (!standing.includes(mark)) {
        const begins = record.value('state') === STATE.new && known.size === 0
        await client.change(sysId, { work_notes: text.slice(0, RECORD_CHARS), ...(begins && { state: STATE.inProgress }) })
      }
      known.add(mark)
    }
    if (closing === undefined) return
    const after = await client.change(sysId, { state: STATE.resolved, close_code: closeCode, close_notes: closing.slice(0, RECORD_CHARS) })
    if (isOver(after.value('state'))) await end(after)
  }

  async function end(record: ServiceNowRecord): Promise<void> {
    await receive([toAlert(record, instance, new Date())])
  }

  return {
    /** One round over all that is open. @throws what a record's call threw, after the others had their turn. */
    async round(signal: AbortSignal): Promise<void> {
      const failures: unknown[] = []
      for (const { incident, sysId } of await openRecords(store, instance)) {
        signal.throwIfAborted()
        await report(incident, sysId, signal).catch((error: unknown) => failures.push(error))
      }
      if (failures.length > 0) throw failures[0]
    },
  }
}

const MOST_OPEN = 200

async function openRecords({ incidents }: ReconcileDependencies['store'], instance: string) {
  const recent = await incidents.list(MOST_OPEN)
  return recent.flatMap((incident) =>
    incident.alerts
      .filter(({ source, ends_at }) => source === `${SOURCE}${instance}` && ends_at === null)
      .flatMap(({ fingerprint }) => {
        const sysId = sysIdOf(fingerprint)
        return sysId === undefined ? [] : [{ incident, sysId }]
      }),
  )
}
