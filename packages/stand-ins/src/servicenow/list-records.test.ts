import { expect, test } from 'vitest'
import { openDatabase } from '../database.ts'
import { createIncidentTable } from './incident-table.ts'
import { listRecords } from './list-records.ts'
import { usersOfInstance } from './people.ts'

test('the incidents are tickets beside the phone, newest first, with states and people in words', () => {
  using db = openDatabase(':memory:', () => {})
  const table = createIncidentTable(db, { now: Date.now, onChange: () => {} })
  const people = usersOfInstance('agent@example.com')
  table.insert({ short_description: 'first' }, 'agent')
  table.insert({ short_description: 'second', state: '2', assigned_to: people[0]?.sys_id }, 'agent')
  expect(listRecords(table, people)).toEqual([
    {
      tracker: 'servicenow',
      key: 'INC0010002',
      summary: 'second',
      assignee: people[0]?.name,
      status: 'In Progress',
      url: '/servicenow/incident/INC0010002',
    },
    { tracker: 'servicenow', key: 'INC0010001', summary: 'first', assignee: null, status: 'New', url: '/servicenow/incident/INC0010001' },
  ])
})
