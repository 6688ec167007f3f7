import { describe } from 'vitest'
import { alertsContract } from './contract/alerts.ts'
import { failedChangeContract } from './contract/failed-change.ts'
import { incidentsContract } from './contract/incidents.ts'
import { messagesContract } from './contract/messages.ts'
import { restartContract } from './contract/restart.ts'
import { storeTest } from './contract/store-test.ts'
import type { IncidentStore } from './incident-store.ts'

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
