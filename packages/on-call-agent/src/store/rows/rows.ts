import type { TimelineEvent } from '../../api.ts'
import type { IncidentRules } from '../../incidents/rules.ts'
import type { StorePorts } from '../ports.ts'
import { createActionRows } from './action-rows.ts'
import { createAlertRows } from './alert-rows.ts'
import { createCursorRows } from './cursor-rows.ts'
import { createEventLog } from './event-log.ts'
import { createInboxRows } from './inbox-rows.ts'
import { createIncidentRows } from './incident-rows.ts'
import { createInquiryRows } from './inquiry-rows.ts'
import { createOutboxRows } from './outbox-rows.ts'
import type { Sql } from './sql.ts'
import { createTranscriptRows } from './transcript-rows.ts'

/** What the rows are written with beside their database. */
export interface RowsOptions {
  /** Stamps what is written. */
  now: () => Date
  rules: IncidentRules
  /** Who claims messages. */
  holder: () => string
  /** Called with each event that is recorded. */
  recorded: (event: TimelineEvent) => void
}

/** The ports as rows of tables, for one change of either database, or for reading. */
export function createRows(sql: Sql, { now, rules, holder, recorded }: RowsOptions): StorePorts {
  const log = createEventLog(sql, now, recorded)
  const transcripts = createTranscriptRows(sql, log)
  return {
    alerts: createAlertRows(sql, log, { now, rules }),
    incidents: createIncidentRows(sql, log, now),
    transcripts,
    inbox: createInboxRows(sql, log, { now, transcripts }),
    outbox: createOutboxRows(sql, log, { now, holder }),
    actions: createActionRows(sql, log, now),
    inquiries: createInquiryRows(sql, now),
    cursors: createCursorRows(sql),
  }
}
