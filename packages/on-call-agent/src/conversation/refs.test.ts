import { expect, test } from 'vitest'
import { isOnlyRef, readRefs, withoutRefs } from './refs.ts'

test.each([
  ['I3 why?', ['I3']],
  ['*I3* why?', ['I3']],
  ['why? (I3)', ['I3']],
  ['and I1?', ['I1']],
  ['I3.', ['I3']],
  ['i3', ['I3']],
  ['i3?', ['I3']],
  ['incident 3', ['I3']],
  ['Incident #12 please', ['I12']],
  ['Vorfall Nr. 4', ['I4']],
  ['incidente i5', ['I5']],
  ['I3 and I5', ['I3', 'I5']],
  ['I3 or I3', ['I3']],
  ['I03', ['I3']],
  ['create Jira task: move from i3 to m5 instances', []],
  ['create Jira task for the i3.xlarge hosts and assign to Ravi', []],
  ['the I3.xlarge hosts', []],
  ['my i7 laptop', []],
  ['roi1 and I1x', []],
  ['I3/4 of the disk', []],
  ['I3-4', []],
  ['path/I3', []],
  ['I have 3 questions', []],
  ['incidents', []],
])('"%s" names %j', (text, refs) => {
  expect(readRefs(text)).toEqual(refs)
})

test.each([
  ['I3', true],
  ['i3!', true],
  ['I3 please', true],
  ['the I3 one', true],
  ['I mean I3', true],
  ['I3 why?', false],
  ['I3 and I5', false],
  ['why?', false],
])('"%s" is only a ref: %s', (text, only) => {
  expect(isOnlyRef(text)).toBe(only)
})

test.each([
  ['create jira task for I3 and assign to ravi', 'create jira task and assign to ravi'],
  ['create a ticket for incident 3', 'create a ticket'],
  ['I3: why?', ': why?'],
])('"%s" without its refs', (text, rest) => {
  expect(withoutRefs(text).replace(/\s+/g, ' ').trim()).toBe(rest)
})
