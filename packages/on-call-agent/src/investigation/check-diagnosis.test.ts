import { expect, test } from 'vitest'
import { diagnosis } from '../../test-parts/diagnosis.ts'
import type { ChatMessage } from '../incidents/transcript.ts'
import { checkDiagnosis, REFUSALS } from './check-diagnosis.ts'

const result = (tool_call_id: string, value: unknown): ChatMessage => ({ role: 'tool', tool_call_id, content: JSON.stringify(value) })
const QUOTE = "Cannot read properties of undefined (reading 'discount')"
const transcript = [
  { role: 'user' as const, content: 'a quote that only the alert names, in packages/lab/src/main.ts' },
  result('call_logs', {
    entries: [{ message: QUOTE, stack: 'TypeError: "x"\n    at priceOf (packages/inventory/src/campaigns.ts:42:17)' }],
  }),
]
const evidence = (quote: string, tool_call_id = 'call_logs') => [{ tool_call_id, quote }]
const check = (over: Parameters<typeof diagnosis>[0], refusals = 0) => checkDiagnosis(diagnosis(over), transcript, refusals)

test.each([
  ['word for word', QUOTE],
  ['with other white space', `TypeError:  "x"\n at priceOf`],
  ['as the JSON text has it', '"message":"Cannot read'],
])('a quote %s is accepted', (_title, quote) => {
  expect(check({ evidence: evidence(quote) })).toMatchObject({ kind: 'accept', reason: 'supported' })
})

test.each([
  ['a quote that nobody returned', { evidence: evidence('the database is down') }, 'evidence.0.quote'],
  ['a quote out of the alert', { evidence: evidence('a quote that only the alert names') }, 'evidence.0.quote'],
  ['a quote of nothing', { evidence: evidence('   ') }, 'evidence.0.quote'],
  ['a call that was not made', { evidence: evidence(QUOTE, 'call_9') }, 'evidence.0.tool_call_id'],
  ['a file that no result names', { affected_file: 'packages/lab/src/main.ts' }, 'affected_file'],
  ['"diagnosed" without a quote', { evidence: [] }, 'evidence'],
])('%s is refused by name', (_title, over, named) => {
  expect(check(over)).toMatchObject({ kind: 'refuse', reason: 'unsupported', message: expect.stringContaining(named) })
})

test('a quote out of either of two results is accepted where a server uses one id twice', () => {
  const twice = [...transcript, result('call_logs', { entries: [] })]
  expect(checkDiagnosis(diagnosis(), twice, 0)).toMatchObject({ kind: 'accept', reason: 'supported' })
})

test.each([
  [undefined, 'arguments'],
  ['text', 'arguments'],
  [{ ...diagnosis(), confidence: 'rather sure' }, 'confidence'],
  [{ ...diagnosis(), evidence: [{ tool_call_id: 'call_logs' }] }, 'evidence.0'],
])('arguments that do not fit are refused however often: %j', (args, named) => {
  for (const refusals of [0, REFUSALS, 99])
    expect(checkDiagnosis(args, transcript, refusals)).toMatchObject({
      kind: 'refuse',
      reason: 'invalid_arguments',
      message: expect.stringContaining(named),
    })
})

test.each<[string, object, object]>([
  ['numbers as text', { confidence: '0.9', line_number: '42', affected_file: 'packages/inventory/src/campaigns.ts' }, { line_number: 42 }],
  ['a share in per cent', { confidence: '90%' }, {}],
  ['null for what is optional', { affected_file: null, line_number: null, instances: null, alternatives: null }, {}],
  ['a member that nobody knows', { reasoning: 'because', recipient: 'whatsapp:+1' }, {}],
  ['one step instead of a list', { next_steps: 'Check for undefined before the discount is read.' }, {}],
  ['a value of a list in another case', { status: 'Diagnosed', priority: 'HIGH' }, {}],
  ['evidence as text', { evidence: JSON.stringify(evidence(QUOTE)) }, {}],
])('a diagnosis with %s is mended and accepted', (_title, over, mended) => {
  const sent = { ...diagnosis(), ...over }
  const { affected_file } = sent as { affected_file?: unknown }
  const expected = diagnosis({ ...(typeof affected_file === 'string' && { affected_file }), ...mended })
  expect(checkDiagnosis(sent, transcript, 0)).toEqual({ kind: 'accept', reason: 'supported', diagnosis: expected })
})

test('after two refusals what is not supported is cut away, and no more is claimed than a suspicion', () => {
  const over = {
    evidence: [...evidence(QUOTE), ...evidence('invented')],
    affected_file: 'src/invented.ts',
    line_number: 3,
    confidence: 0.99,
  }
  expect(check(over, REFUSALS - 1)).toMatchObject({ kind: 'refuse' })
  const decision = check(over, REFUSALS)
  expect(decision).toMatchObject({
    kind: 'accept',
    reason: 'cut_to_what_is_supported',
    diagnosis: { status: 'suspected', confidence: 0.5, evidence: evidence(QUOTE) },
  })
  expect(JSON.stringify(decision)).not.toContain('invented')
  expect(JSON.stringify(decision)).not.toContain('line_number')
})

test('a file that is named stays with its line when something else is cut', () => {
  const decision = check(
    { evidence: evidence('invented'), affected_file: 'packages/inventory/src/campaigns.ts', line_number: 42 },
    REFUSALS,
  )
  expect(decision).toMatchObject({ diagnosis: { affected_file: 'packages/inventory/src/campaigns.ts', line_number: 42, evidence: [] } })
})
