import { expect, test } from 'vitest'
import { deciderOf } from './action-routes.ts'

test.each([
  [undefined, 'console'],
  ['gateway', 'gateway'],
  ['gateway (release bot)', 'gateway (release bot)'],
  ['auto', 'console'],
  ['whatsapp:+15550100001', 'console'],
  ['gateway (a)\nauto', 'console'],
  [`gateway (${'x'.repeat(41)})`, 'console'],
])('who says %j in X-Requested-By is stored as %j', (given, stored) => {
  expect(deciderOf(given === undefined ? {} : { 'x-requested-by': given })).toBe(stored)
})
