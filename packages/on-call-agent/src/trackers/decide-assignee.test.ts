import { expect, test } from 'vitest'
import { decideAssignee, type Person, tellPeople } from './decide-assignee.ts'

const person = (displayName: string): Person => ({ accountId: `acc-${displayName}`, displayName })
const people = ['Ravi Kumar', 'Ravindra Rao', 'José Núñez', 'Mina Patel', 'Min Patel', 'Ana'].map(person)

test.each([
  ['ravi kumar', 'Ravi Kumar'],
  ['  RAVI   KUMAR ', 'Ravi Kumar'],
  ['kumar', 'Ravi Kumar'],
  ['ravi k', 'Ravi Kumar'],
  ['rao, ravi', 'Ravindra Rao'],
  ['jose nunez', 'José Núñez'],
  ['min patel', 'Min Patel'],
  ['Ana', 'Ana'],
])('%j is %s', (typed, name) => {
  expect(decideAssignee(typed, people)).toMatchObject({ kind: 'one', person: { displayName: name } })
})

test('two people of one name are told apart by their addresses', () => {
  const lenas = [1, 2].map((n) => ({ accountId: `acc-${n}`, displayName: 'Lena Vogel', email: `lena.${n}@example.com` }))
  const decision = decideAssignee('lena vogel', lenas)
  expect(decision).toMatchObject({ kind: 'several' })
  expect(tellPeople(lenas)).toBe('1. Lena Vogel (lena.1) or 2. Lena Vogel (lena.2)')
  expect(tellPeople(lenas.map((lena, n) => ({ ...lena, email: `lena@${n}.example` })))).toBe(
    '1. Lena Vogel (lena of 0.example) or 2. Lena Vogel (lena of 1.example)',
  )
  expect(decideAssignee('lena.1', lenas)).toMatchObject({ kind: 'one', person: { accountId: 'acc-1' }, reason: 'address' })
  expect(decideAssignee('Lena.2@Example.com', lenas)).toMatchObject({ kind: 'one', person: { accountId: 'acc-2' }, reason: 'address' })
})

test('a name that fits several is asked about', () => {
  expect(decideAssignee('ravi', people)).toEqual({ kind: 'several', people: people.slice(0, 2), reason: 'ambiguous' })
  expect(decideAssignee('ana', [person('Ana'), person('Ana')])).toMatchObject({ kind: 'several' })
})

test.each(['', ' ', '!', '@', 'umar', 'ravi patel', 'acc-Ana'])('%j is nobody', (typed) => {
  expect(decideAssignee(typed, people)).toMatchObject({ kind: 'none' })
})
