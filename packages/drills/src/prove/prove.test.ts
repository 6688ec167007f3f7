import { expect, it } from 'vitest'
import { effectOf } from './effect-size.ts'
import { decide, startsProcesses } from './prove-cause.ts'
import { readToggle } from './read-toggle.ts'

const clear = { difference: 0.5, low: 0.4, high: 0.6 }
const broken = { brokenAfter: 3, recoveredAfter: 5, effect: clear }
const calm = { brokenAfter: null, recoveredAfter: 0, effect: { difference: 0, low: -0.1, high: 0.1 } }

it.each([
  ['well, broken, well, and the rival does nothing', broken, calm, 'proved'],
  ['it is on and all stays well', calm, calm, 'refuted'],
  ['it does not recover', { ...broken, recoveredAfter: null }, calm, 'unproven'],
  ['the rival breaks it as well', broken, broken, 'unproven'],
  ['the difference may be none', { ...broken, effect: calm.effect }, calm, 'unproven'],
])('%s: the verdict', (_, own, rival, verdict) => {
  expect(decide(own, rival).verdict).toBe(verdict)
})

it('an effect is the difference of the means, with an interval that narrows with the noise', () => {
  expect(effectOf([2, 2, 2], [1, 1, 1])).toEqual({ difference: 1, low: 1, high: 1 })
  const noisy = effectOf([1, 3, 1, 3], [1, 1, 1, 1])
  expect(noisy.difference).toBe(1)
  expect(noisy.low).toBeLessThan(0.1)
})

it.each([
  ['r6', [{ do: 'deploy', release: 'r6' }]],
  ['r7:one', [{ do: 'deploy', release: 'r7', on: 'one' }]],
  ['inventory.BADGES=on', [{ do: 'set', component: 'inventory', setting: 'BADGES', value: 'on' }]],
  ['fault:link:one', [{ do: 'fault', mode: 'link', on: 'one' }]],
  ['scale=1', [{ do: 'scale', replicas: 1 }]],
])('"%s" is a toggle', (text, steps) => {
  expect(readToggle(text)).toEqual(steps)
})

it('what a drill has set up in the processes is given again to new ones, and a setting of the balancer starts none', () => {
  expect(readToggle('r11').some(startsProcesses)).toBe(true)
  expect(readToggle('inventory.BADGES=on').some(startsProcesses)).toBe(true)
  expect(startsProcesses({ do: 'set', component: 'load-balancer', setting: 'resend_after_ms', value: '30' })).toBe(false)
  expect(startsProcesses({ do: 'fault', mode: 'link' })).toBe(false)
})

it.each(['r', 'inventory.NOTHING=on', 'rm -rf', 'scale=x'])('"%s" is none', (text) => {
  expect(() => readToggle(text)).toThrow('is no toggle')
})
