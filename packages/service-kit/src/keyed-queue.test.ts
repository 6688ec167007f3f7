import { expect, it } from 'vitest'
import { KeyedQueue } from './keyed-queue.ts'

it('runs actions of one key in order and one at a time, and those of another key beside them', async () => {
  const queue = new KeyedQueue()
  const gate = Promise.withResolvers<void>()
  const seen: string[] = []
  const first = queue.run('a', async () => {
    seen.push('a1 begins')
    await gate.promise
    seen.push('a1 ends')
  })
  const second = queue.run('a', async () => seen.push('a2'))
  await queue.run('b', async () => seen.push('b1'))
  expect(seen).toEqual(['a1 begins', 'b1'])
  gate.resolve()
  await Promise.all([first, second])
  expect(seen).toEqual(['a1 begins', 'b1', 'a1 ends', 'a2'])
})

it('gives each caller its own result, and goes on after a failure', async () => {
  const queue = new KeyedQueue()
  const failed = queue.run('a', async () => Promise.reject(new Error('no')))
  const next = queue.run('a', async () => 7)
  await expect(failed).rejects.toThrow('no')
  expect(await next).toBe(7)
})

it('forgets a key when nothing waits for it', async () => {
  const queue = new KeyedQueue()
  await queue.run('a', async () => undefined)
  await Promise.resolve()
  expect(queue.busy).toBe(0)
})
