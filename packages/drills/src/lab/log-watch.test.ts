import { appendFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { breakLog } from '../run/outages.ts'
import { watchLog } from './log-watch.ts'

let folder: string
let log: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'log-watch-'))
  log = join(folder, 'inventory_common.log')
  writeFileSync(log, 'one\ntwo\n')
})
afterEach(() => rmSync(folder, { recursive: true }))
const world = () => ({ lab: { directory: { errorLogs: folder } } })

it('a log that is wiped has shrunk, also when it grows again', () => {
  using watch = watchLog(world())
  appendFileSync(log, 'three\n')
  expect(watch.hasShrunk()).toBe(false)
  truncateSync(log, 0)
  expect(watch.hasShrunk()).toBe(true)
  appendFileSync(log, 'one\ntwo\nthree\nfour\n')
  expect(watch.hasShrunk()).toBe(true)
})

it('a log that is full and goes on in a new file has not', () => {
  using watch = watchLog(world())
  renameSync(log, `${log}.1`)
  writeFileSync(log, 'n\n')
  expect(watch.hasShrunk()).toBe(false)
})

it('a log that was taken away comes back as it was', async () => {
  const undo = breakLog(world().lab)
  expect(() => appendFileSync(log, 'lost\n')).toThrow('EISDIR')
  await undo()
  appendFileSync(log, 'three\n')
  using watch = watchLog(world())
  expect(watch.hasShrunk()).toBe(false)
})
