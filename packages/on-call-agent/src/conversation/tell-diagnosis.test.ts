import { expect, test } from 'vitest'
import { diagnosis } from '../../test-parts/diagnosis.ts'
import { FIRST_LOOK } from '../../test-parts/scripted-model.ts'
import type { Incident } from '../api.ts'
import { tellDiagnosis } from './tell-diagnosis.ts'

const incident: Incident = {
  id: 'i',
  ref: 'I7',
  status: 'diagnosed',
  severity: 'critical',
  service: 'inventory',
  alerts: [],
  opened_at: '',
  diagnosed_at: null,
  resolved_at: null,
  diagnosis: diagnosis({ suggested_fix: 'Check it.' }),
  ticket: { key: 'OPS-1', url: 'http://jira/browse/OPS-1', assignee: null },
}

test('without a model a person gets what is known, evidence and steps', () => {
  expect(tellDiagnosis(incident, [FIRST_LOOK], 'model is down').split('\n')).toEqual([
    '*I7* I cannot answer just now (model is down). Your message is kept; write again in a minute.',
    `*What is known:* ${diagnosis().root_cause}`,
    "> Cannot read properties of undefined (reading 'discount') (fetch_logs)",
    '*Fix:* Check it.',
    '1. Check for undefined before the discount is read.',
    'Ticket *OPS-1*: http://jira/browse/OPS-1',
  ])
})

test('an error page in the place of an answer is one short line', () => {
  const told = tellDiagnosis({ ...incident, diagnosis: null, ticket: null }, [], `<html>\n${'<p>502</p>\n'.repeat(200)}`)
  expect(told.split('\n')).toHaveLength(1)
  expect(told.length).toBeLessThan(250)
})
