import { describe } from 'vitest'
import type { IncidentStore } from '../ports.ts'
import { alertsContract } from './alerts.ts'
import { failedChangeContract } from './failed-change.ts'
import { incidentsContract } from './incidents.ts'
import { messagesContract } from './messages.ts'
import { restartContract } from './restart.ts'
import { storeTest } from './store-test.ts'

/** What every IncidentStore promises. `open` gives an empty store; `reopen` closes one and opens the same data again, where that outlives a store. */
export function incidentStoreContract(
  name: string,
  { open, reopen }: { open: () => IncidentStore; reopen?: (store: IncidentStore) => IncidentStore },
) {
  describe(name, () => {
    const test = storeTest(open)
    alertsContract(test, open)
    incidentsContract(test)
    failedChangeContract(test)
    messagesContract(test)
    restartContract(test, reopen)
  })
}
