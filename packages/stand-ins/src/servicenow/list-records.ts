import type { PhoneConversation } from '../api.ts'
import type { IncidentTable } from './incident-table.ts'
import { displayOf } from './record.ts'
import type { User } from './servicenow-options.ts'

const SHOWN = 200

/** The incidents as tickets beside the phone, newest first. */
export function listRecords(table: IncidentTable, people: User[]): PhoneConversation['issues'] {
  return table
    .all()
    .toReversed()
    .slice(0, SHOWN)
    .map(({ number = '', short_description: summary = '', state = '', assigned_to }) => ({
      tracker: 'servicenow',
      key: number,
      summary,
      assignee: people.find(({ sys_id }) => sys_id === assigned_to)?.name ?? null,
      status: displayOf('state', state),
      url: `/servicenow/incident/${number}`,
    }))
}
