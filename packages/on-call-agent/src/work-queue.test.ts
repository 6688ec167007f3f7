import { expect, test } from 'vitest'
import { createWorkQueue } from './work-queue.ts'

test('work of one key is done in order, work of other keys beside it, and never more than agreed at once', async () => {
  const queue = createWorkQueue(2)
  const done: string[] = []
  let running = 0
  let most = 0
  for (const name of ['a1', 'a2', 'b1', 'a3', 'c1', 'b2', 'd1']) {
    queue.add(name.slice(0, 1), async () => {
      running += 1
      most = Math.max(most, running)
      for (let i = 0; i < (name.startsWith('a') ? 5 : 1); i += 1) await new Promise((resolve) => setImmediate(resolve))
      running -= 1
      done.push(name)
    })
  }
  await queue.idle()
  expect(most).toBe(2)
  expect(done.toSorted()).toEqual(['a1', 'a2', 'a3', 'b1', 'b2', 'c1', 'd1'])
  for (const key of ['a', 'b']) {
    const own = done.filter((name) => name.startsWith(key))
    expect(own).toEqual(own.toSorted())
  }
  expect(done.indexOf('b1')).toBeLessThan(done.indexOf('a2'))
})

test('an empty queue is idle at once', async () => {
  await createWorkQueue(1).idle()
})
