import { expect, test } from 'vitest'
import { nestsTooDeep } from './json-nesting.ts'

test.each<[string, string, boolean]>([
  ['nothing', '', false],
  ['100 lists', '['.repeat(100) + ']'.repeat(100), false],
  ['101 lists', '['.repeat(101) + ']'.repeat(101), true],
  ['101 objects', `${'{"a":'.repeat(101)}1${'}'.repeat(101)}`, true],
  ['brackets in a text', JSON.stringify({ a: '['.repeat(1_000), b: '"{\\' }), false],
  ['a text that ends with a backslash, then brackets', `{"a":"\\\\","b":${'['.repeat(101)}`, true],
  ['1,000 lists side by side', `[${'[],'.repeat(1_000)}[]]`, false],
  ['brackets that are never closed', '{'.repeat(101), true],
])('%s', (_name, text, tooDeep) => {
  expect(nestsTooDeep(text)).toBe(tooDeep)
})
