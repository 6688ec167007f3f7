import { expect, test } from 'vitest'
import { decideContacts } from './address.ts'

const prefix = (scheme: string, defaultContact?: string) => ({
  addressForm: `${scheme}: and a name`,
  readAddress: (text: string) => (text.startsWith(`${scheme}:`) ? text : undefined),
  defaultContact,
})
const kinds = [prefix('one'), prefix('two', 'two:default')]

test.each([
  ['two:b, one:a', ['two:b', 'one:a']],
  ['one:a,,one:a , ', ['one:a']],
  ['', ['two:default']],
])('%j is the contacts %j, in this order', (text, contacts) => {
  expect(decideContacts(text, kinds)).toEqual({ kind: 'contacts', contacts })
})

test('an address of no known kind is named with the forms that are known', () => {
  expect(decideContacts('one:a, three:c', kinds)).toEqual({
    kind: 'invalid',
    problems: ['each address must be one: and a name, or two: and a name; got "three:c"'],
  })
})

test('without any address and any default nobody can be paged', () => {
  expect(decideContacts(' ', [prefix('one')]).kind).toBe('invalid')
})
