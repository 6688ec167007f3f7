/** A process that stores alerts as fast as it can and prints each fingerprint after the call returned: to be killed. Argument: the database's file. */
import { writeSync } from 'node:fs'
import { createSqliteStore } from '../src/store/sqlite/sqlite-store.ts'
import { receivedAlert } from './alerts.ts'

const [, , file = '', run = ''] = process.argv
const store = createSqliteStore(file)
for (let i = 0; ; i += 1) {
  const fingerprint = `${run}-${i}`
  await store.alerts.apply([receivedAlert({ fingerprint, service: `service-${i % 7}` })])
  writeSync(1, `${fingerprint}\n`)
}
