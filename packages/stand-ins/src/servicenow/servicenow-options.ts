import type { Faults } from '../faults/faults.ts'
import type { Metrics } from '../metrics.ts'
import type { IncidentTable } from './incident-table.ts'

/** A row of sys_user, as far as it is asked for. */
export interface User {
  sys_id: string
  name: string
  user_name: string
  email: string
  active: string
}

/** What every route of the stand-in of ServiceNow works on. */
export interface ServiceNowOptions {
  account: { user: string; password: string }
  table: IncidentTable
  people: readonly User[]
  metrics: Metrics
  faults: Faults
}
