import { expect, test } from 'vitest'
import { readChoice } from './read-choice.ts'

const ASKED = JSON.stringify({
  error: {
    code: 'assignee_ambiguous',
    message: '"lena" can be 1. Lena Vogel (lena.vogel@x.example) or 2. Lena Vogel (712020:9d4c) or 3. Lena Orr; nothing was created',
  },
})
const first = { typed: 'lena', label: 'Lena Vogel (lena.vogel@x.example)' }
const second = { typed: 'lena', label: 'Lena Vogel (712020:9d4c)' }

test.each([
  ['1', first],
  ['2', second],
  ['2.', second],
  ['#2', second],
  ['Number 2 please', second],
  ['the second one', second],
  ['die zweite bitte', second],
  ['la segunda', second],
  ['3rd', { typed: 'lena', label: 'Lena Orr' }],
  ['4', undefined],
  ['0', undefined],
  ['2 or 3', undefined],
  ['in 2 minutes', undefined],
  ['lena', undefined],
  ['', undefined],
])('%j chooses %j', (text, choice) => {
  expect(readChoice(text, ASKED)).toEqual(choice)
})

test('where no numbers were offered, a number chooses nobody', () => {
  expect(readChoice('2', '{"error":{"message":"Nobody called \\"x\\" can be assigned; nothing was created"}}')).toBeUndefined()
})
