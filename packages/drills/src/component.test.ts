import { expect, it } from 'vitest'
import { componentsNamed } from './component.ts'

it.each([
  ['inventory (database connection pool)', ['inventory']],
  ['Load-Balancer', ['load-balancer']],
  ['load balancer or clients (retries)', ['load-balancer', 'traffic']],
  ['PostgreSQL', ['database']],
  ['127.0.0.1:8002', ['inventory']],
  ['process-manager (replicas)', ['process-manager']],
  ['item store (database connection)', ['link']],
  ['(database)', ['database']],
  ['inventory DATABASE_URL (setting)', ['inventory']],
  ['load-balancer (setting discovery)', ['load-balancer']],
  ['something else', []],
  ['the network link between inventory and the database', ['database', 'inventory', 'link']],
])('"%s" names %j', (text, named) => {
  expect([...componentsNamed(text)].toSorted()).toEqual(named)
})
