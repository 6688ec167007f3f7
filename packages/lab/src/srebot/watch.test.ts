import { expect, test } from 'vitest'
import type { Health } from './decide-health.ts'
import { watch } from './watch.ts'

const health = (...causes: string[]): Health => ({ causes, trouble: causes, seen: [], agent: 'incident_agent' })
const down = () => {
  throw new Error('the gateway is away')
}

/** Watches these checks, one after the other, and then stops. */
async function watched(...checks: (() => Health)[]) {
  const ending = new AbortController()
  const said: string[] = []
  let rounds = 0
  let n = 0
  const check = async () => {
    const now = checks[n++]
    if (n >= checks.length) ending.abort()
    return (now ?? down)()
  }
  const round = async () => {
    rounds += 1
  }
  await watch({ check, round, seconds: 0.001, say: (line) => said.push(line.replace(/^\S+ +/, '')), signal: ending.signal })
  return { rounds, said }
}
const of =
  (...causes: string[]) =>
  () =>
    health(...causes)

test.each([
  ['all is well all along', [of(), of(), of()], 0, ['all clear']],
  ['trouble lasts', [of(), of('slots'), of('slots'), of('slots')], 1, ['all clear', 'trouble: slots']],
  ['trouble ends and comes back', [of('slots'), of(), of('slots')], 2, ['trouble: slots', 'all clear', 'trouble: slots']],
  ['a second trouble comes beside the first', [of('slots'), of('slots', 'I7')], 2, ['trouble: slots', 'trouble: slots, I7']],
  ['one of two ends', [of('slots', 'I7'), of('I7')], 1, ['trouble: slots, I7', 'trouble: I7']],
  ['another takes the place of the first', [of('slots'), of('I7')], 2, ['trouble: slots', 'trouble: I7']],
  [
    'the gateway is away for a while',
    [of('slots'), down, down, of('slots')],
    1,
    ['trouble: slots', 'no answer: the gateway is away', 'trouble: slots'],
  ],
] as const)('when %s, a round is gone through for what is new, and each change is said once', async (_what, checks, rounds, said) => {
  expect(await watched(...checks)).toEqual({ rounds, said })
})
