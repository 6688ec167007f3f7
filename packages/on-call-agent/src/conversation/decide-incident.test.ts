import { expect, test } from 'vitest'
import type { Incident } from '../api.ts'
import { decideIncident, type MessageContext } from './decide-incident.ts'

const incident = (number: number, status: Incident['status'] = 'diagnosed'): Incident => ({
  id: `id-${number}`,
  ref: `I${number}`,
  status,
  severity: 'critical',
  service: 'inventory',
  alerts: [],
  opened_at: '',
  diagnosed_at: null,
  resolved_at: null,
  diagnosis: null,
  ticket: null,
})
const nothing = { newest: undefined, newestFromPerson: undefined }
const context = (over: Partial<MessageContext>): MessageContext => ({
  text: 'why?',
  quoted: undefined,
  incidents: [],
  last: nothing,
  ...over,
})
const [one, two, over] = [incident(1), incident(2), incident(3, 'resolved')]

test.each<[string, Partial<MessageContext>, object]>([
  [
    'a ref in the text wins over a quoted message',
    { text: 'and i1?', quoted: 'id-2', incidents: [two, one] },
    { kind: 'incident', id: 'id-1', reason: 'named' },
  ],
  ['a ref that is unknown is never guessed at', { text: 'close I9', incidents: [one] }, { kind: 'none', reason: 'unknown_ref' }],
  ['a ref is a whole word', { text: 'roi1 and I1x', incidents: [two, one] }, { kind: 'ask', reason: 'ambiguous' }],
  ['a resolved incident can be named', { text: 'I3 again?', incidents: [over, one] }, { kind: 'incident', id: 'id-3', reason: 'named' }],
  ['a quoted message tells', { quoted: 'id-2', incidents: [two, one] }, { kind: 'incident', id: 'id-2', reason: 'quoted' }],
  ['the only open incident is meant', { incidents: [over, two] }, { kind: 'incident', id: 'id-2', reason: 'only_open' }],
  ['two open incidents are asked about', { incidents: [two, one] }, { kind: 'ask', reason: 'ambiguous', incidents: [two, one] }],
  [
    'two open incidents and a page that was not answered yet: asked',
    { incidents: [two, one], last: { newest: 'id-2', newestFromPerson: undefined } },
    { kind: 'ask', reason: 'ambiguous' },
  ],
  [
    'two open incidents, and a page of the other came between: asked',
    { incidents: [two, one], last: { newest: 'id-2', newestFromPerson: 'id-1' } },
    { kind: 'ask', reason: 'ambiguous' },
  ],
  [
    'a conversation goes on',
    { incidents: [two, one], last: { newest: 'id-1', newestFromPerson: 'id-1' } },
    { kind: 'incident', id: 'id-1', reason: 'conversation_goes_on' },
  ],
  [
    'after all is over the latest conversation is meant',
    { incidents: [over], last: { newest: 'id-3', newestFromPerson: undefined } },
    { kind: 'incident', id: 'id-3', reason: 'latest' },
  ],
  ['without any conversation the latest incident is meant', { incidents: [over] }, { kind: 'incident', id: 'id-3', reason: 'latest' }],
  ['there is none', {}, { kind: 'none', reason: 'no_incident' }],
])('%s', (_title, given, decision) => {
  expect(decideIncident(context(given))).toMatchObject(decision)
})
