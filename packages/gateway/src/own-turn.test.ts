import { expect, test } from 'vitest'
import { ownTurn } from './own-turn.ts'

test('what came at once has a turn each, with the turns of others between', async () => {
  const order: string[] = []
  const other = () => {
    order.push('other')
    if (order.length < 8) setImmediate(other)
  }
  setImmediate(other)
  await Promise.all(['a', 'b', 'c'].map(async (name) => ownTurn().then(() => order.push(name))))
  expect(order.filter((each) => each !== 'other')).toEqual(['a', 'b', 'c'])
  expect(order.join(' ')).toMatch(/a( other)+ b( other)+ c/)
})
