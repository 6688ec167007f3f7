import { expect, test } from 'vitest'
import { findQuote } from './quotes.ts'

test.each<[string, string, string, string[] | undefined]>([
  ['as it stands', 'one two three', 'two', ['one ', 'two', ' three']],
  ['of a result that is shown indented', '{\n  "a": 1,\n  "b": 2\n}', '{"a":1,"b":2}', ['', '{\n  "a": 1,\n  "b": 2\n}', '']],
  ['across a line break', 'a lost\n  connection', 'lost connection', ['a ', 'lost\n  connection', '']],
  ['that is not there', 'one two', 'three', undefined],
  ['of nothing', 'one', ' ', undefined],
])('a quote %s is found as shown', (_case, text, quote, found) => {
  expect(findQuote(text, quote)).toEqual(found)
})
