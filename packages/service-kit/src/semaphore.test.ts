import { expect, test } from 'vitest'
import { createSemaphore } from './semaphore.ts'

test('no more than its places run at a time, in the order of their coming', async () => {
  const semaphore = createSemaphore(2)
  const gates = Array.from({ length: 4 }, () => Promise.withResolvers<void>())
  const begun: number[] = []
  const all = gates.map(({ promise }, i) =>
    semaphore.run(async () => {
      begun.push(i)
      await promise
    }),
  )
  await Promise.resolve()
  expect(begun).toEqual([0, 1])
  for (const { resolve } of gates) resolve()
  await Promise.all(all)
  expect(begun).toEqual([0, 1, 2, 3])
})

test('who gives up waiting takes no place, and a task that fails gives its own back', async () => {
  const semaphore = createSemaphore(1)
  const gate = Promise.withResolvers<void>()
  const first = semaphore.run(() => gate.promise)
  const ending = new AbortController()
  const second = semaphore.run(async () => 'never', ending.signal)
  ending.abort(new Error('given up'))
  await expect(second).rejects.toThrow('given up')
  gate.reject(new Error('broken'))
  await expect(first).rejects.toThrow('broken')
  expect(await semaphore.run(async () => 'next')).toBe('next')
})
