import { expect, test } from 'vitest'
import { dictionary, memberOf } from './dictionary.ts'

test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty', 'b', ''])('a table without %j has nothing there', (word) => {
  expect(dictionary({ a: 1 })[word]).toBeUndefined()
  expect(memberOf({ a: 1 }, word)).toBeUndefined()
})

test('what a table holds is found, also under a name that objects inherit', () => {
  expect(dictionary({ a: 1, constructor: 2 }).constructor).toBe(2)
  expect(memberOf({ a: 1 }, 'a')).toBe(1)
})
