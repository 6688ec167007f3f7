import { expect, test as withoutStore } from 'vitest'
import { openDatabase } from './sqlite/database.ts'
import { createWriter } from './sqlite/writer.ts'
import { createTurnstile } from './turnstile.ts'

const test = withoutStore.extend('parts', ({ task: _task }, { onCleanup }) => {
  const db = openDatabase(':memory:')
  onCleanup(() => db[Symbol.dispose]())
  let commits = 0
  const writer = createWriter(db)
  const counting = {
    ...writer,
    async commit() {
      await writer.commit([])
      commits += 1
    },
  }
  db.run('CREATE TABLE t (n INTEGER NOT NULL) STRICT')
  const turnstile = createTurnstile({ writer: counting, publish: () => {}, explain: (error) => error })
  const add = (n: number | null) => async () => db.run('INSERT INTO t (n) VALUES (?)', n)
  const stored = () => db.all('SELECT n FROM t ORDER BY rowid').map(({ n }) => n)
  return { db, turnstile, add, stored, commits: () => commits, fails: counting }
})

test('what is called in one turn of the event loop shares a commit', async ({ parts: { turnstile, add, stored, commits } }) => {
  await Promise.all([1, 2, 3].map((n) => turnstile.pass(add(n))))
  expect(stored()).toEqual([1, 2, 3])
  expect(commits()).toBe(1)
})

test('a piece that fails leaves nothing and fails alone', async ({ parts: { turnstile, add, stored } }) => {
  const results = await Promise.allSettled([
    turnstile.pass(add(1)),
    turnstile.pass(async () => {
      await add(2)()
      await Promise.resolve()
      throw new Error('no')
    }),
    turnstile.pass(add(null)),
    turnstile.pass(add(3)),
  ])
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled'])
  expect(stored()).toEqual([1, 3])
})

test('a commit that fails fails all of its pieces, and the next group goes on', async ({
  parts: { db, turnstile, add, stored, fails },
}) => {
  const { commit } = fails
  fails.commit = async () => {
    throw new Error('disk is full')
  }
  const results = await Promise.allSettled([turnstile.pass(add(1)), turnstile.pass(add(2))])
  expect(results).toMatchObject([{ reason: { message: 'disk is full' } }, { reason: { message: 'disk is full' } }])
  fails.commit = commit
  await turnstile.pass(add(3))
  expect(stored()).toEqual([3])
  expect(db.isOpen()).toBe(false)
})

test('a change that SQLite ends by itself takes what had passed with it', async ({ parts: { db, turnstile, add, stored } }) => {
  const results = await Promise.allSettled([
    turnstile.pass(add(1)),
    turnstile.pass(async () => {
      db.rollback() // As on a full disk.
      throw new Error('database or disk is full')
    }),
    turnstile.pass(add(2)),
  ])
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled'])
  expect(stored()).toEqual([2])
})

test('urgent work goes before other work that waits', async ({ parts: { turnstile, add, stored } }) => {
  await Promise.all([turnstile.pass(add(1)), turnstile.pass(add(2)), turnstile.pass(add(3), { urgent: true })])
  expect(stored()).toEqual([1, 3, 2])
})
