import { describe } from 'vitest'
import type { Store } from '../ports.ts'
import { actionsContract } from './actions.ts'
import { alertsContract } from './alerts.ts'
import { failedChangeContract } from './failed-change.ts'
import { incidentsContract } from './incidents.ts'
import { inquiriesContract } from './inquiries.ts'
import { messagesContract } from './messages.ts'
import { outboxContract } from './outbox.ts'
import { restartContract } from './restart.ts'
import { storeTest } from './store-test.ts'

/** What every store promises. `open` gives an empty store; `reopen` closes one and opens the same data again, where that outlives a store. */
export function storeContract(name: string, { open, reopen }: { open: () => Promise<Store>; reopen?: (store: Store) => Promise<Store> }) {
  describe(name, () => {
    const test = storeTest(open)
    alertsContract(test)
    incidentsContract(test)
    failedChangeContract(test)
    messagesContract(test)
    inquiriesContract(test)
    outboxContract(test)
    actionsContract(test)
    restartContract(test, reopen)
  })
}
