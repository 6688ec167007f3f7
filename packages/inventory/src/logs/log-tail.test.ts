import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryDirectory } from '../../test-parts/temporary-directory.ts'
import { readLogTail } from './log-tail.ts'

const NOW = Date.parse('2026-11-21T12:00:00.000Z')
const line = (secondsAgo: number, message: string) =>
  `${JSON.stringify({ ts: new Date(NOW - secondsAgo * 1_000).toISOString(), level: 'error', instance: '127.0.0.1:8001', pid: 1, message })}\n`
const newLog = () => join(temporaryDirectory(), 'inventory_common.log')
const tail = async (path: string, seconds: number, limit = 500) => {
  const { entries, count } = await readLogTail(path, { seconds, limit, now: NOW })
  return { messages: entries.map(({ message }) => message), count }
}

it('is empty for a log that does not exist', async () => {
  expect(await tail(newLog(), 15)).toEqual({ messages: [], count: 0 })
})

it('returns the entries of the window, oldest first, and counts those that the limit cuts', async () => {
  const path = newLog()
  writeFileSync(path, line(30, 'old') + line(14, 'a') + line(9, 'b') + line(1, 'c'))
  expect(await tail(path, 15)).toEqual({ messages: ['a', 'b', 'c'], count: 3 })
  expect(await tail(path, 15, 2)).toEqual({ messages: ['b', 'c'], count: 3 })
})

it('goes on in the rotated file where the window reaches that far', async () => {
  const path = newLog()
  writeFileSync(`${path}.1`, line(50, 'older') + line(20, 'rotated'))
  writeFileSync(path, line(3, 'new'))
  expect((await tail(path, 30)).messages).toEqual(['rotated', 'new'])
})

it('puts lines of several writers in the order of their times', async () => {
  const path = newLog()
  writeFileSync(path, line(10, 'a') + line(8, 'c') + line(9, 'b') + line(15.5, 'late line of before') + line(7, 'd'))
  expect((await tail(path, 15)).messages).toEqual(['a', 'b', 'c', 'd'])
})

it('skips what is no entry', async () => {
  const path = newLog()
  writeFileSync(
    path,
    `${line(5, 'a')}{"ts":"torn\n\n[]\n{"ts":"never","level":"error","instance":"i","pid":1,"message":"m"}\n${line(4, 'b')}`,
  )
  expect((await tail(path, 15)).messages).toEqual(['a', 'b'])
})

it('reads across chunks, with characters of several bytes and lines longer than a chunk', async () => {
  const path = newLog()
  for (let i = 0; i < 300; i++) appendFileSync(path, line(10, `${i} ${'é€😀'.repeat(100)}`))
  appendFileSync(path, line(9, `long ${'ü'.repeat(100_000)}`) + line(8, 'last'))
  const { messages, count } = await tail(path, 15, 1_000)
  expect(count).toBe(302)
  expect(messages.slice(0, 300).every((message, i) => message === `${i} ${'é€😀'.repeat(100)}`)).toBe(true)
  expect(messages[300]).toHaveLength(100_005)
})
