import { expect, it } from 'vitest'
import { createAddressBook } from './address-book.ts'
import { composeDatabase } from './database.ts'
import type { Lab } from './lab.ts'
import { locateLabDirectory, withDemoData } from './lab-directory.ts'

function labWith(env: Lab['env']): Lab {
  const programs = { searchPath: [], cache: '', isRoot: false }
  return { book: createAddressBook(500), directory: locateLabDirectory('/srv/lab', 500), env, programs }
}

it('is a server of the lab itself at its port, which a fault may hold down', () => {
  const { url, parts, variables, description } = composeDatabase(labWith({}))
  expect(url).toBe('postgres://shop@127.0.0.1:15932/shop')
  expect(parts.map(({ name, port }) => [name, port])).toEqual([['postgres', 15_932]])
  expect(variables.PM_DATABASE_HOLD_FILE).toMatch(/\/hold$/)
  expect(description).toContain("the lab's own")
})

it('is the server that DATABASE_URL names, which the lab neither starts nor stops, and whose password it does not show', () => {
  const { url, parts, variables, description } = composeDatabase(labWith({ DATABASE_URL: 'postgresql://me:secret@db.example:5433/store' }))
  expect(url).toBe('postgresql://me:secret@db.example:5433/store')
  expect([parts, variables]).toEqual([[], {}])
  expect(description).toContain('db.example:5433/store')
  expect(description).not.toContain('secret')
})

it.each(['file:./data/items.db', 'mysql://root@127.0.0.1/shop', 'shop'])(
  'refuses a DATABASE_URL that is no PostgreSQL server: %s',
  (url) => {
    expect(() => composeDatabase(labWith({ DATABASE_URL: url }))).toThrow('DATABASE_URL must be postgres://')
  },
)

it('has data of its own in a demo', () => {
  const { directory } = labWith({})
  expect(withDemoData(directory).postgres).not.toBe(directory.postgres)
})
