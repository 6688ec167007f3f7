import { expect, test } from 'vitest'
import type { ProcessEnd } from '../../../actions/action.ts'
import { decideRow, type RowFacts } from './decide-row.ts'

const LISTED = [{ table: 'items', readBy: '/items/:id' }]
const end = (instance: string, endedBy: string): ProcessEnd => ({ instance, at: '2026-01-01T12:00:00Z', endedBy })
const silent: ProcessEnd = { instance: 'c', at: '2026-01-01T12:00:00Z' }
const [one, another] = [end('a', 'GET /items/17'), end('b', 'GET /items/17')]
const decide = (facts: Partial<RowFacts>) => {
  const decision = decideRow({ table: 'items', key: '17', state: 'here', listed: LISTED, ends: [one, another], ...facts })
  return decision.kind === 'ok' ? 'ok' : decision.reason
}

test.each<[what: string, facts: Partial<RowFacts>, outcome: string]>([
  ['that ended two processes on two instances', {}, 'ok'],
  ['that ended three of one instance', { ends: [one, one, one] }, 'ok'],
  ['that ended all but one of five', { ends: [one, another, one, another, silent] }, 'ok'],
  ['whose key is written with an escape', { key: 'a b', ends: [end('a', 'GET /items/a%20b'), end('b', 'GET /items/a%20b')] }, 'ok'],
  ['that ended two of one instance alone', { ends: [one, one] }, 'not_to_blame'],
  ['that ended half of them', { ends: [one, another, silent, silent] }, 'not_to_blame'],
  [
    'that ended half of them, and another row the other half',
    { ends: [one, another, end('a', 'GET /items/3'), end('b', 'GET /items/3')] },
    'not_to_blame',
  ],
  ['that ended nobody', { ends: [] }, 'not_to_blame'],
  ['that is another one', { key: '16' }, 'not_to_blame'],
  ['that was changed, not read', { ends: [end('a', 'PUT /items/17'), end('b', 'PUT /items/17')] }, 'not_to_blame'],
  ['under another route', { ends: [end('a', 'GET /items/17/reservations'), end('b', 'GET /other/17')] }, 'not_to_blame'],
  ['with an escape that is none', { key: '%', ends: [end('a', 'GET /items/%'), end('b', 'GET /items/%')] }, 'not_to_blame'],
  ['of a table that is not listed', { table: 'reservations' }, 'not_listed'],
  ['in quarantine already', { state: 'quarantined' }, 'nothing_to_do'],
  ['gone', { state: 'absent' }, 'stale'],
  ['no key of that table', { state: 'no_key' }, 'stale'],
  ['where nobody tells how processes ended', { ends: undefined }, 'cannot_be_checked'],
])('a row %s', (_what, facts, outcome) => {
  expect(decide(facts)).toBe(outcome)
})
