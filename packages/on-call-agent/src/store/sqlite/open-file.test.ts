import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openDatabase } from './database.ts'
import { openDatabaseFile } from './open-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'open-file-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const path = (name: string) => join(folder, name)
const ignore = () => {}

const newer = path('newer.db')
{
  using db = openDatabase(newer)
  db.all('PRAGMA user_version = 99')
}
writeFileSync(path('text.db'), 'this is no database '.repeat(200))
mkdirSync(path('folder.db'))

test.each(['text.db', 'newer.db', 'folder.db'])('%s is named, with what to do', (name) => {
  expect(() => openDatabaseFile(path(name), 'refuse', ignore)).toThrow(`AGENT_DB=${path(name)} cannot be used`)
  expect(() => openDatabaseFile(path(name), 'refuse', ignore)).toThrow('AGENT_DB_RECOVER=move')
  expect(existsSync(path(name))).toBe(true)
})

test.runIf(existsSync('/proc/self'))('a file where no folder can be made is named, and the process goes on', () => {
  expect(() => openDatabaseFile('/proc/x/agent.db', 'move', ignore)).toThrow('AGENT_DB=/proc/x/agent.db cannot be used')
})

test('an unusable file is moved aside on wish, and a new one is begun', () => {
  const file = path('moved.db')
  writeFileSync(file, 'this is no database '.repeat(200))
  const moved: string[] = []
  using db = openDatabaseFile(file, 'move', (to) => moved.push(to))
  expect(db.get('SELECT count(*) AS n FROM incidents')?.n).toBe(0)
  expect(moved).toHaveLength(1)
  expect(readdirSync(folder).filter((name) => name.startsWith('moved.db.unusable-'))).toHaveLength(1)
})

test('a new file and its folder are for their owner alone', () => {
  using _db = openDatabaseFile(path('deep/er/agent.db'), 'refuse', ignore)
  expect(statSync(path('deep/er/agent.db')).mode & 0o777).toBe(0o600)
  expect(statSync(path('deep/er')).mode & 0o777).toBe(0o700)
})
