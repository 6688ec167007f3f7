import { expect, test } from 'vitest'
import { createLanes } from './lanes.ts'

test('tasks of one key wait for a place, those of another key do not, and a failed one gives its place back', async () => {
  const lanes = createLanes(2)
  const order: string[] = []
  const open: (() => void)[] = []
  const slow = (name: string) => async () => {
    order.push(name)
    await new Promise<void>((resolve) => open.push(resolve))
  }
  const running = ['a1', 'a2', 'a3'].map((name) => lanes('a', slow(name)))
  await lanes('b', async () => order.push('b1'))
  expect(order).toEqual(['a1', 'a2', 'b1'])
  open[0]?.()
  await running[0]
  await Promise.resolve()
  expect(order).toEqual(['a1', 'a2', 'b1', 'a3'])
  for (const close of open) close()
  await Promise.all(running)
  await expect(lanes('c', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  await expect(lanes('c', async () => 'yes')).resolves.toBe('yes')
})
