import { expect, test } from 'vitest'
import { says, scriptedModel } from '../../test-parts/scripted-model.ts'
import { withCircuitBreaker } from './circuit-breaker.ts'
import { ModelError } from './model-error.ts'

const timeout = () => Promise.reject(new ModelError('model_timeout', 'The model server gave no answer in time'))
const down = () => Promise.reject(new ModelError('model_unavailable', 'The model server answered 503'))

function breakable() {
  const clock = { ms: 0 }
  const behaviour = { answer: timeout as () => Promise<ReturnType<typeof says>> }
  const inner = scriptedModel(() => behaviour.answer())
  const model = withCircuitBreaker(inner, { timeouts: 2, openMs: 60_000 }, () => clock.ms)
  const ask = (signal = new AbortController().signal) =>
    model.answer([], [], signal).then(
      () => 'answered',
      (error: ModelError) => error.code,
    )
  return { clock, behaviour, inner, ask }
}

test('after two time-outs in a row the model is asked no more until the time is over, then by one request at a time', async () => {
  const { clock, behaviour, inner, ask } = breakable()
  expect([await ask(), await ask(), await ask(), await ask()]).toEqual(['model_timeout', 'model_timeout', 'model_resting', 'model_resting'])
  expect(inner.requests).toHaveLength(2)
  clock.ms = 60_000
  expect(await Promise.all([ask(), ask(), ask()])).toEqual(['model_timeout', 'model_resting', 'model_resting'])
  expect(await ask()).toBe('model_resting')
  clock.ms = 120_000
  behaviour.answer = async () => says('back again')
  expect([await ask(), await ask()]).toEqual(['answered', 'answered'])
  expect(inner.requests).toHaveLength(5)
})

test('what is no time-out leaves the circuit closed, and ends a row of them', async () => {
  const { behaviour, ask } = breakable()
  expect(await ask()).toBe('model_timeout')
  behaviour.answer = down
  expect([await ask(), await ask(), await ask()]).toEqual(Array(3).fill('model_unavailable'))
  behaviour.answer = timeout
  expect([await ask(), await ask(), await ask()]).toEqual(['model_timeout', 'model_timeout', 'model_resting'])
})
