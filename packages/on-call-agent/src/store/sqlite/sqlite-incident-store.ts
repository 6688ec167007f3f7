import type { ReceivedAlert } from '../../incidents/received-alert.ts'
import type { ChatMessage } from '../../incidents/transcript.ts'
import type { AlertOutcome, Conclusion, IncidentStore, NewEvent } from '../ports.ts'
import { createAlertWriter } from './alert-writer.ts'
import { type Database, openDatabase } from './database.ts'
import { createEventLog } from './event-log.ts'
import { createIncidentReader } from './incident-rows.ts'
import { createMessageRows } from './message-rows.ts'

/** The incident store in one SQLite file (`:memory:` for tests). `now` stamps what is written. */
export function createSqliteIncidentStore(file: string, now: () => Date = () => new Date()): IncidentStore {
  const db = openDatabase(file)
  const log = createEventLog(db, now)
  const incidents = createIncidentReader(db)
  const alerts = createAlertWriter(db, log, now)
  const messages = createMessageRows(db, log, now)
  const record = (incidentId: string, events: NewEvent[]) => {
    for (const event of events) log.record(incidentId, event)
  }

  return {
    ...messages.methods,
    applyAlerts: (received) => log.durably(() => applyFiringFirst(received, alerts.apply)),
    reconcileEpisode: (episodeId) =>
      log.durably(() => ({ reason: 'resolved' as const, ...alerts.endEpisode(episodeId, now().toISOString(), 'reconciled') })),
    openEpisodes: () =>
      db.all('SELECT * FROM episodes WHERE ends_at IS NULL ORDER BY id').map((row) => ({
        id: Number(row.id),
        alertname: String(row.alertname),
        fingerprint: String(row.fingerprint),
      })),

    list: incidents.list,
    find: incidents.find,
    timeline: log.of,
    eventsAfter: log.after,
    newestEventId: log.newestId,
    onEvent: log.listen,
    append: (incidentId, ...events) => log.durably(() => record(incidentId, events)),

    pendingInvestigations: () => db.all('SELECT id FROM incidents WHERE investigating = 1 ORDER BY number').map(({ id }) => String(id)),
    transcript: (incidentId) => readTranscript(db, incidentId),
    appendTranscript: (incidentId, added, events) =>
      log.durably(() => {
        writeTranscript(db, incidentId, added)
        record(incidentId, events)
      }),
    conclude: (incidentId, conclusion) =>
      log.durably(() => {
        writeTranscript(db, incidentId, conclusion.messages)
        writeDiagnosis(db, incidentId, conclusion, now)
        record(incidentId, [{ kind: 'diagnosis', made_by: conclusion.madeBy, diagnosis: conclusion.diagnosis }])
        messages.queue(incidentId, conclusion.message.to, conclusion.message.body)
      }),
    setTicket: (incidentId, ticket) =>
      log.durably(() => {
        db.run('UPDATE incidents SET ticket = ? WHERE id = ?', JSON.stringify(ticket), incidentId)
        record(incidentId, [{ kind: 'ticket_created', ...ticket }])
      }),

    beginAnswer: (messageId) =>
      log.durably(() => {
        const message = db.get(`SELECT body FROM messages WHERE id = ? AND status = 'received'`, messageId)
        const incidentId = messages.incidentOf(messageId)
        if (!message) return
        db.run(`UPDATE messages SET status = 'begun' WHERE id = ?`, messageId)
        if (incidentId) writeTranscript(db, incidentId, [{ role: 'user', content: String(message.body) }])
      }),
    answer: (messageId, reply, added) =>
      log.durably(() => {
        const incidentId = messages.incidentOf(messageId)
        db.run(`UPDATE messages SET status = 'answered' WHERE id = ?`, messageId)
        if (incidentId) writeTranscript(db, incidentId, added)
        messages.queue(incidentId ?? null, reply.to, reply.body)
      }),

    [Symbol.dispose]: () => db[Symbol.dispose](),
  }
}

/** A group in which some alerts end and others begin keeps its incident: it must not close in between. The outcomes are in the given order. */
function applyFiringFirst(received: ReceivedAlert[], apply: (alert: ReceivedAlert) => AlertOutcome): AlertOutcome[] {
  const numbered = received.map((alert, index) => ({ alert, index }))
  const ordered = [
    ...numbered.filter(({ alert }) => alert.status === 'firing'),
    ...numbered.filter(({ alert }) => alert.status === 'resolved'),
  ]
  const outcomes = ordered.map(({ alert, index }) => ({ index, outcome: apply(alert) }))
  return outcomes.sort((a, b) => a.index - b.index).map(({ outcome }) => outcome)
}

function writeDiagnosis(db: Database, incidentId: string, { diagnosis, madeBy }: Conclusion, now: () => Date): void {
  const understood = madeBy === 'model' && diagnosis.status !== 'inconclusive'
  db.run(
    `UPDATE incidents SET diagnosis = ?, diagnosed_at = ?, investigating = 0,
       status = CASE WHEN resolved_at IS NULL THEN ? ELSE status END WHERE id = ?`,
    JSON.stringify(diagnosis),
    now().toISOString(),
    understood ? 'diagnosed' : 'inconclusive',
    incidentId,
  )
}

function readTranscript(db: Database, incidentId: string): ChatMessage[] {
  return db
    .all('SELECT message FROM transcript WHERE incident_id = ? ORDER BY id', incidentId)
    .map(({ message }) => JSON.parse(String(message)))
}

function writeTranscript(db: Database, incidentId: string, messages: ChatMessage[]): void {
  for (const message of messages) db.run('INSERT INTO transcript (incident_id, message) VALUES (?, ?)', incidentId, JSON.stringify(message))
}
