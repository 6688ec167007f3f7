import { expect, test } from 'vitest'
import { allows, decideContacts, ROLES } from './address.ts'

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
])('%j is the contacts %j, in this order, who may do all', (text, addresses) => {
  expect(decideContacts(text, kinds)).toEqual({ kind: 'contacts', contacts: addresses.map((address) => ({ address, role: 'approve' })) })
})

test('a role stands behind its address', () => {
  expect(decideContacts('one:a;role=view, one:b ; Role = Reply,two:c;role=approve, one:a', kinds)).toEqual({
    kind: 'contacts',
    contacts: [
      { address: 'one:a', role: 'view' },
      { address: 'one:b', role: 'reply' },
      { address: 'two:c', role: 'approve' },
    ],
  })
})

test.each(['admin', '', 'views'])('the role %j is refused, and the roles that there are are named', (role) => {
  expect(decideContacts(`one:a;role=${role}`, kinds)).toEqual({
    kind: 'invalid',
    problems: [`the role of one:a must be view, reply, approve; got ${JSON.stringify(role)}`],
  })
})

test('a role holds what the lesser ones may do', () => {
  expect(ROLES.map((role) => ROLES.filter((needed) => allows(role, needed)))).toEqual([
    ['view'],
    ['view', 'reply'],
    ['view', 'reply', 'approve'],
  ])
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
