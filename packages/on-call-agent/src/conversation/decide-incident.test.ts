import { expect, test } from 'vitest'
import type { Incident } from '../api.ts'
import { decideIncident, type MessageContext } from './decide-incident.ts'
import { readRefs } from './refs.ts'

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
const [one, two, over] = [incident(1), incident(2), incident(3, 'resolved')]
const known = [over, two, one]
const nothing = { newest: undefined, newestFromPerson: undefined }
const context = ({ text = 'why?', ...more }: Partial<MessageContext>): MessageContext => ({
  text,
  quoted: undefined,
  named: readRefs(text).flatMap((ref) => known.find((each) => each.ref === ref) ?? []),
  open: [],
  latest: undefined,
  last: nothing,
  unplaced: undefined,
  acts: false,
  ...more,
})
const meant = (id: string, reason: string) => ({ kind: 'incident', id, reason })

test.each<[string, Partial<MessageContext>, object]>([
  ['a ref in the text wins over a quoted message', { text: 'and I1?', quoted: 'id-2', open: [two, one] }, meant('id-1', 'named')],
  ['a ref that is unknown is never guessed at', { text: 'close I9', open: [one] }, { kind: 'none', reason: 'unknown_ref' }],
  ['a ref inside an ordinary word is none', { text: 'roi1 and I1x', open: [two, one] }, { kind: 'ask', reason: 'ambiguous' }],
  [
    'the name of a machine type is no ref',
    { text: 'create Jira task for the i3.xlarge hosts', open: [two], acts: true },
    meant('id-2', 'only_open'),
  ],
  ['"move from i3 to m5" names no incident', { text: 'create Jira task: move from i3 to m5', open: [two] }, meant('id-2', 'only_open')],
  ['a resolved incident can be named', { text: 'I3 again?', open: [one] }, meant('id-3', 'named')],
  ['"incident 3" is a ref', { text: 'incident 3 again?', open: [one] }, meant('id-3', 'named')],
  ['two named ones are asked about', { text: 'I1 and I2: create tickets', open: [two, one] }, { kind: 'ask', reason: 'several_named' }],
  ['a quoted message tells', { quoted: 'id-2', open: [two, one] }, meant('id-2', 'quoted')],
  ['the only open incident is meant', { open: [two], latest: over }, meant('id-2', 'only_open')],
  [
    'a resolved incident loses the focus when another one opens',
    { open: [two], last: { newest: 'id-3', newestFromPerson: 'id-3' } },
    meant('id-2', 'only_open'),
  ],
  ['two open incidents are asked about', { open: [two, one] }, { kind: 'ask', reason: 'ambiguous', incidents: [two, one] }],
  [
    'two open ones and a page that was not answered yet: asked',
    { open: [two, one], last: { newest: 'id-2', newestFromPerson: undefined } },
    { kind: 'ask', reason: 'ambiguous' },
  ],
  [
    'two open ones, and a page of the other came between: asked',
    { open: [two, one], last: { newest: 'id-2', newestFromPerson: 'id-1' } },
    { kind: 'ask', reason: 'ambiguous' },
  ],
  [
    'two open ones, and the talk was of a resolved third: asked',
    { open: [two, one], last: { newest: 'id-3', newestFromPerson: 'id-3' } },
    { kind: 'ask', reason: 'ambiguous' },
  ],
  [
    'a conversation goes on',
    { open: [two, one], last: { newest: 'id-1', newestFromPerson: 'id-1' } },
    meant('id-1', 'conversation_goes_on'),
  ],
  [
    'but nothing is done in it without a name',
    { open: [two, one], last: { newest: 'id-1', newestFromPerson: 'id-1' }, acts: true },
    { kind: 'ask', reason: 'ambiguous' },
  ],
  [
    'a bare ref after "which one?" resumes the question',
    { text: 'I1', open: [two, one], unplaced: 'create a ticket' },
    { kind: 'resume', id: 'id-1', question: 'create a ticket', reason: 'answers_which' },
  ],
  ['so does a small one', { text: 'i1', open: [two, one], unplaced: 'why?' }, { kind: 'resume', id: 'id-1', question: 'why?' }],
  ['a ref with a new question is a new question', { text: 'I1 fixed?', open: [two, one], unplaced: 'why?' }, meant('id-1', 'named')],
  ['a bare ref without a question names its incident', { text: 'I1', open: [two, one] }, meant('id-1', 'named')],
  [
    'after all is over the latest conversation is meant',
    { last: { newest: 'id-3', newestFromPerson: undefined }, latest: two },
    meant('id-3', 'latest'),
  ],
  ['without any conversation the latest incident is meant', { latest: over }, meant('id-3', 'latest')],
  ['there is none', {}, { kind: 'none', reason: 'no_incident' }],
])('%s', (_title, given, decision) => {
  expect(decideIncident(context(given))).toMatchObject(decision)
})
