import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readProcess } from '@oncall-lab/service-kit/process-table'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { claimRunFile, type LabRun, readRunFile, releaseRunFile, updateRunFile } from './run-file.ts'

let directory: string
let path: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lab-run-'))
  path = join(directory, '0', 'run.json')
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const started = '2026-01-01T00:00:00.000Z'
const own = (): LabRun => ({
  pid: process.pid,
  start_mark: readProcess(process.pid)?.startMark ?? '',
  port_offset: 0,
  replicas: 2,
  state: 'starting',
  started_at: started,
  parts: [],
})

it('gives the run file to the first and tells the second who has it', () => {
  expect(claimRunFile(path, own())).toBeNull()
  expect(claimRunFile(path, { ...own(), replicas: 5 })).toMatchObject({ replicas: 2 })
  releaseRunFile(path)
  expect(claimRunFile(path, own())).toBeNull()
})

it.each([
  ['the process is gone', () => JSON.stringify({ ...own(), pid: 2 ** 22 + 1 })],
  ['the pid belongs to a later process', () => JSON.stringify({ ...own(), start_mark: 'another time' })],
  ['the file is half written', () => '{"pid": 1'],
])('clears a stale run file: %s', (_, content) => {
  claimRunFile(path, own())
  writeFileSync(path, content())
  expect(readRunFile(path)).toBeNull()
  expect(readdirSync(join(directory, '0'))).toEqual([])
})

it('shows the present state of the parts', () => {
  claimRunFile(path, own())
  updateRunFile(path, { ...own(), state: 'ready' })
  expect(readRunFile(path)?.state).toBe('ready')
  expect(readdirSync(join(directory, '0'))).toEqual(['run.json'])
})
