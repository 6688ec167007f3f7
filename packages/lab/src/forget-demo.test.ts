import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { forgetDemo } from './forget-demo.ts'
import { ERROR_LOG, locateLabDirectory, withDemoData, withOwnMonitoring } from './lab-directory.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'forget-demo-'))
})
afterEach(() => rmSync(root, { recursive: true }))

function write(path: string): string {
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, 'x')
  return path
}

test('a demo with monitoring of its own begins without the data and the error log of the one before', () => {
  const directory = withDemoData(withOwnMonitoring(locateLabDirectory(root, 500)))
  const log = join(directory.errorLogs, ERROR_LOG)
  const old = [write(directory.agentDb), write(log), write(`${log}.1`)]
  const parts = write(join(directory.errorLogs, 'on-call-agent.log'))
  forgetDemo(directory)
  expect(old.filter(existsSync)).toEqual([])
  expect(existsSync(parts)).toBe(true)
})

test("a demo beside a person's lab leaves the error log in the root, and a person's lab keeps everything", () => {
  const own = locateLabDirectory(root, 0)
  const demo = withDemoData(own)
  const kept = [write(own.agentDb), write(join(own.errorLogs, ERROR_LOG))]
  const gone = write(demo.agentDb)
  forgetDemo(demo)
  forgetDemo(own)
  expect(kept.filter(existsSync)).toEqual(kept)
  expect(existsSync(gone)).toBe(false)
})
