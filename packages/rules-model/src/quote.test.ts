import { expect, test } from 'vitest'
import { memberOf, quoteFrom } from './quote.ts'
import type { Call } from './transcript.ts'

const call = (value: unknown, content = JSON.stringify(value)): Call => ({
  id: 'call_1',
  name: 'f',
  key: '',
  content,
  outcome: { kind: 'ok', value },
  position: 0,
})

test('a number is quoted as the JSON text has it, with or without a blank', () => {
  expect(quoteFrom(call({ error_rate: 0.83 }), ...memberOf('error_rate', 0.83))?.quote).toBe('"error_rate":0.83')
  expect(quoteFrom(call({}, '{"error_rate": 0.83}'), ...memberOf('error_rate', 0.83))?.quote).toBe('"error_rate": 0.83')
})

test('a message that JSON escapes is cut to its longest plain piece', () => {
  expect(quoteFrom(call({ message: 'say "a"\nthen nothing more' }), 'say "a"\nthen nothing more')?.quote).toBe('then nothing more')
})

test('what is not there is not quoted', () => {
  expect(quoteFrom(call({ message: 'abc' }), 'abcd')).toBeUndefined()
})
