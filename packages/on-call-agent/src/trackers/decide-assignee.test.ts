import { expect, test } from 'vitest'
import { decideAssignee, type Person } from './decide-assignee.ts'

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

test('a name that fits several is asked about', () => {
  expect(decideAssignee('ravi', people)).toEqual({ kind: 'several', people: people.slice(0, 2), reason: 'ambiguous' })
  expect(decideAssignee('ana', [person('Ana'), person('Ana')])).toMatchObject({ kind: 'several' })
})

test.each(['', ' ', '!', '@', 'umar', 'ravi patel', 'acc-Ana'])('%j is nobody', (typed) => {
  expect(decideAssignee(typed, people)).toMatchObject({ kind: 'none' })
})
