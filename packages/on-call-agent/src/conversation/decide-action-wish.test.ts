import { expect, test } from 'vitest'
import { decideActionWish } from './decide-action-wish.ts'

test.each([
  'approve 4821',
  'Approve 4821',
  '*approve 4821*',
  'approved 4821.',
  'yes, approve 4821',
  'ok please approve 4821 now',
  'approve: 4821',
  'I approve 4821, thanks',
  ' approve\n4821 ',
])('%j approves', (text) => {
  expect(decideActionWish(text)).toEqual({ kind: 'approve', code: '4821' })
})

test('an approval may name its action as well', () => {
  expect(decideActionWish('approve a3 4821')).toEqual({ kind: 'approve', code: '4821', action: 'A3' })
})

test.each([
  'do not approve 4821',
  "don't approve 4821",
  'should I approve 4821?',
  'approve 4821 if it still fails',
  'approve 4821?',
  'approve 4821 and 4822',
  'who approved 4821',
  'I would approve 4821 tomorrow',
  'approve A3',
  'approve 4821 and restart all the others too',
])('%j is no approval, and the person is told so', (text) => {
  expect(decideActionWish(text)).toEqual({ kind: 'unclear' })
})

test.each(['approve', 'Approve it!', 'proposal?', 'what do you propose?'])('%j asks for the proposal that waits', (text) => {
  expect(decideActionWish(text)).toEqual({ kind: 'ask' })
})

test.each(['yes', 'ok', '4821', 'go ahead', 'approve 48211', 'approve 482', 'what is 4821', 'why?', 'no', 'create a ticket 4821', ''])(
  '%j says nothing about a proposal',
  (text) => {
    expect(decideActionWish(text)).toEqual({ kind: 'none' })
  },
)

test.each([
  ['deny', undefined, undefined],
  ['deny 4821', '4821', undefined],
  ['Deny 4821 too risky now', '4821', 'too risky now'],
  ['no, deny 4821: the customers are asleep', '4821', 'the customers are asleep'],
  ['reject, keep the memory', undefined, 'keep the memory'],
])('%j denies', (text, code, reason) => {
  expect(decideActionWish(text)).toEqual({ kind: 'deny', code, reason })
})

test.each([
  ['deny A3 4821 because of the sale', '4821', 'because of the sale'],
  ['deny A3', undefined, undefined],
  ['no, reject a3: too risky', undefined, 'too risky'],
])('%j denies the action that it names', (text, code, reason) => {
  expect(decideActionWish(text)).toEqual({ kind: 'deny', code, reason, action: 'A3' })
})
