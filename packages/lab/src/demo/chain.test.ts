import { expect, it } from 'vitest'
import { checkChain } from './chain.ts'
import type { Evidence } from './evidence.ts'
import { completeEvidence } from './evidence-fixture.ts'

const missing = (evidence: Evidence) => checkChain(evidence).flatMap((link) => (link.missing === null ? [] : [link.name]))
const complete = completeEvidence()

it('misses nothing when every link was there', () => {
  expect(missing(complete)).toEqual([])
})

const cases: [what: string, evidence: Evidence, links: string[]][] = [
  ['no error reached the log', { ...complete, firstErrorAt: null }, ['fault']],
  ['a wanted alert never fired', { ...complete, wantedAlerts: ['InventoryErrorBurst', 'InventoryHighErrorRate'] }, ['firing', 'webhook']],
  [
    'no incident was opened',
    { ...complete, incident: null },
    ['webhook', 'functions', 'diagnosis', 'message', 'reply', 'ticket', 'confirmation', 'closed'],
  ],
  ['the model called nothing first', completeEvidence(['step']), ['functions']],
  ['the functions returned nothing', completeEvidence(['tool_result']), ['functions']],
  ['there is no diagnosis', completeEvidence(['diagnosis']), ['diagnosis', 'message']],
  ['no message was sent', completeEvidence(['message_sent']), ['message']],
  ['Twilio does not know the message', { ...complete, messages: [{ sid: 'SM2', body: 'OPS-1 is there' }] }, ['message']],
  ['the reply did not arrive', completeEvidence(['message_received']), ['reply']],
  ['there is no ticket', completeEvidence(['ticket_created']), ['ticket', 'confirmation']],
  ['Jira does not have the ticket', { ...complete, issue: null }, ['ticket']],
  ['the ticket is assigned to another', { ...complete, issue: { key: 'OPS-1', summary: 's', assignee: 'Maya' } }, ['ticket']],
  ['the phone was not told the key', { ...complete, messages: [{ sid: 'SM1', body: 'I1: x' }] }, ['confirmation']],
  ['an alert still fires', { ...complete, firingAtEnd: ['InventoryErrorBurst'] }, ['resolved']],
  ['the incident is still open', { ...complete, incident: complete.incident && { ...complete.incident, status: 'diagnosed' } }, ['closed']],
]
it.each(cases)('names what is missing when %s', (_, evidence, links) => {
  expect(missing(evidence)).toEqual(links)
})

it('refuses a diagnosis that was made without the model', () => {
  const evidence = completeEvidence()
  for (const { event } of evidence.incident?.timeline ?? []) if (event.kind === 'diagnosis') event.made_by = 'fallback'
  expect(missing(evidence)).toEqual(['diagnosis'])
})

it('refuses two tickets for one incident', () => {
  const evidence = completeEvidence()
  evidence.incident?.timeline.push({
    id: 99,
    incident_id: 'i',
    at: '2026-01-01T12:01:00Z',
    event: { kind: 'ticket_created', key: 'OPS-2', url: '', assignee: null },
  })
  expect(missing(evidence)).toEqual(['ticket'])
})

it('refuses an investigation that a resolve started', () => {
  const evidence = completeEvidence()
  evidence.incident?.timeline.push({
    id: 99,
    incident_id: 'i',
    at: '2026-01-01T12:01:00Z',
    event: { kind: 'investigation_started', model: 'oncall-rules-1' },
  })
  expect(missing(evidence)).toEqual(['closed'])
})

it('does not ask the stand-ins when the vendors are real', () => {
  expect(missing({ ...complete, messages: null, issue: null, asksJira: false, wantedAssignee: null })).toEqual([])
})
