import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { reachableDirectory } from './server-user.ts'

const asRoot = process.getuid?.() === 0
let home: string

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'reachable-'))
})
afterEach(() => rmSync(home, { recursive: true }))

it('keeps a directory that everybody can reach, also one that does not exist yet', () => {
  chmodSync(home, 0o755)
  expect(reachableDirectory(join(home, 'lab/postgres'))).toBe(join(home, 'lab/postgres'))
})

it.runIf(asRoot)('moves as root what lies below a directory that only its owner enters, always to the same place', () => {
  const wanted = join(home, 'lab/postgres')
  expect(reachableDirectory(wanted)).toMatch(/^\/var\/lib\/oncall-lab\/[0-9a-f]{12}$/)
  expect(reachableDirectory(wanted)).toBe(reachableDirectory(wanted))
  expect(reachableDirectory(wanted)).not.toBe(reachableDirectory(join(home, 'other/postgres')))
})

it.runIf(asRoot)('moves as root what would be made with a umask that keeps others out', () => {
  chmodSync(home, 0o755)
  const before = process.umask(0o077)
  try {
    expect(reachableDirectory(join(home, 'lab/postgres'))).toMatch(/^\/var\/lib\/oncall-lab\//)
  } finally {
    process.umask(before)
  }
})
