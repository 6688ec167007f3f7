import { expect, it } from 'vitest'
import { decideMemory } from './memory-budget.ts'

const GIGABYTE = 1_073_741_824
const demand = { askedMb: 256, instances: 2, promisedMb: 0, availableBytes: GIGABYTE }

it.each([
  ['all that is asked for where there is plenty', { availableBytes: 8 * GIGABYTE }, 256],
  ['just what is left above the reserve of 512 MB', {}, 256],
  ['less to each of more instances', { instances: 5 }, 102],
  ['less beside what others may still take', { promisedMb: 256 }, 128],
  ['no more than is asked for', { askedMb: 40 }, 40],
])('grants %s', (_, difference, memoryMb) => {
  expect(decideMemory({ ...demand, ...difference })).toEqual({ kind: 'grant', memoryMb })
})

it.each([
  ['a share too small to be felt', { instances: 9 }],
  ['anything within the reserve', { availableBytes: GIGABYTE / 2 }],
  ['more than is left beside others', { promisedMb: 400 }],
  ['a little that there is not', { askedMb: 40, instances: 13 }],
])('refuses %s, and says what there is', (_, difference) => {
  expect(decideMemory({ ...demand, ...difference })).toEqual({
    kind: 'refuse',
    reason: expect.stringMatching(/\d+ MB are available, 512 MB/),
  })
})
