import { expect, it } from 'vitest'
import { formatClock, readClock } from './clock.ts'
import { completeEvidence } from './evidence-fixture.ts'

it('counts every moment in seconds from the first error', () => {
  expect(readClock(completeEvidence())).toEqual([
    { name: 'fault', seconds: 0 },
    { name: 'firing', seconds: 9 },
    { name: 'webhook', seconds: 10.5 },
    { name: 'diagnosis', seconds: 11 },
    { name: 'message', seconds: 11.5 },
    { name: 'reply', seconds: 12 },
    { name: 'ticket', seconds: 13 },
    { name: 'resolved', seconds: 40.25 },
  ])
})

it('leaves out what did not come', () => {
  const rows = readClock(completeEvidence(['ticket_created', 'incident_resolved']))
  expect(rows.filter(({ seconds }) => seconds === null).map(({ name }) => name)).toEqual(['ticket', 'resolved'])
  expect(readClock({ ...completeEvidence(), firstErrorAt: null }).every(({ seconds }) => seconds === null)).toBe(true)
})

it('prints two lines whose columns stand below each other', () => {
  const [names = '', values = ''] = formatClock(readClock(completeEvidence(['ticket_created'])))
  expect(names).toHaveLength(values.length)
  expect(values).toContain('40.3 s')
  expect(values).toMatch(/ -( |$)/)
})
