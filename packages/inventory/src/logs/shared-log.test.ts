import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { temporaryDirectory } from '../../test-parts/temporary-directory.ts'
import { SharedLog } from './shared-log.ts'

const WRITER = fileURLToPath(new URL('../../test-parts/write-lines.ts', import.meta.url))
const linesOf = (path: string) => readFileSync(path, 'utf8').split('\n').filter(Boolean)

it('begins a new file when the present one is full, and keeps one older file', () => {
  const path = join(temporaryDirectory(), 'logs', 'shared.log')
  using log = new SharedLog(path, 100)
  for (let line = 0; line < 30; line++) log.append(`line ${line} ${'x'.repeat(32)}`)
  expect(linesOf(`${path}.1`).map((line) => line.slice(0, 7))).toEqual(['line 24', 'line 25', 'line 26'])
  expect(linesOf(path).map((line) => line.slice(0, 7))).toEqual(['line 27', 'line 28', 'line 29'])
  for (const file of [path, `${path}.1`]) expect(statSync(file).mode & 0o777).toBe(0o600)
})

it('loses and mixes no line of three processes that write while the file is rotated', async () => {
  const path = join(temporaryDirectory(), 'shared.log')
  // Three times 2,000 lines of about 115 bytes: full once, not twice.
  const longestBytes = 400_000
  const writers = ['a', 'b', 'c'].map((name) =>
    spawn(process.execPath, [WRITER, path, String(longestBytes), name, '2000'], { stdio: 'inherit' }),
  )
  await Promise.all(writers.map((writer) => once(writer, 'exit')))
  expect(statSync(`${path}.1`).size).toBeGreaterThanOrEqual(longestBytes)
  const lines = [...linesOf(`${path}.1`), ...linesOf(path)].map((line) => JSON.parse(line) as { name: string; line: number })
  for (const name of ['a', 'b', 'c']) {
    const numbers = lines.filter((line) => line.name === name).map(({ line }) => line)
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 2_000 }, (_, line) => line))
  }
})
