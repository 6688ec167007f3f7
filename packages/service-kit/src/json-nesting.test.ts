import { expect, test } from 'vitest'
import { holdsMoreValues, nestsTooDeep } from './json-nesting.ts'

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

test.each<[string, string, boolean]>([
  ['nothing', '', false],
  ['as many as are taken', JSON.stringify(Array.from({ length: 10 }, () => 1)), false],
  ['one more', JSON.stringify(Array.from({ length: 11 }, () => 1)), true],
  ['keys with their values', JSON.stringify(Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`k${i}`, i]))), true],
  ['commas in a text', JSON.stringify({ a: ',"'.repeat(100) }), false],
  [
    'lists in lists',
    JSON.stringify([
      [1, 2, 3, 4],
      [5, 6, 7, 8],
      [9, 10, 11],
    ]),
    true,
  ],
])('more than ten values: %s', (_name, text, more) => {
  expect(holdsMoreValues(text, 10)).toBe(more)
})
