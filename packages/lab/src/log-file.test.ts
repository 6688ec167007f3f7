import { closeSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { keepPrivate, limitLog, openFreshLog } from './log-file.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lab-log-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const modeOf = (path: string) => statSync(path).mode & 0o777

it('opens a log that only its owner may read, and keeps the one before', () => {
  const path = join(directory, 'a.log')
  closeSync(openFreshLog(path))
  writeFileSync(path, 'first run\n')
  closeSync(openFreshLog(path))
  expect([path, `${path}.1`].map(modeOf)).toEqual([0o600, 0o600])
  expect(readFileSync(`${path}.1`, 'utf8')).toBe('first run\n')
})

it('rotates a log of more than 20 MB while its writer goes on', () => {
  const path = join(directory, 'a.log')
  const writer = openFreshLog(path)
  writeSync(writer, Buffer.alloc(20_000_001, 'x'))
  limitLog(path)
  writeSync(writer, 'after\n')
  closeSync(writer)
  expect(readFileSync(path, 'utf8')).toBe('after\n')
  expect([statSync(`${path}.1`).size, modeOf(`${path}.1`)]).toEqual([20_000_001, 0o600])
})

it('makes a file private without touching what is in it, and creates it where there is none', () => {
  const [old, fresh] = [join(directory, 'old.db'), join(directory, 'deeper', 'new.db')]
  writeFileSync(old, 'rows', { mode: 0o644 })
  for (const path of [old, fresh]) keepPrivate(path)
  expect([modeOf(old), readFileSync(old, 'utf8')]).toEqual([0o600, 'rows'])
  expect([existsSync(fresh), modeOf(fresh)]).toEqual([true, 0o600])
})
