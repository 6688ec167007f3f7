import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { createSqliteStore } from './sqlite-store.ts'

const folder = mkdtempSync(join(tmpdir(), 'durability-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const APPENDER = fileURLToPath(new URL('../../../test-parts/append-alerts.ts', import.meta.url))

/** What the process had said to be stored when it was killed. */
async function appendUntilKilled(file: string, run: string, afterMs: number): Promise<string[]> {
  const child = spawn(process.execPath, [APPENDER, file, run], { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  await once(child.stdout, 'data')
  await sleep(afterMs)
  child.kill('SIGKILL')
  await once(child, 'close')
  return said.split('\n').slice(0, -1)
}

test('every alert that was said to be stored is on disk after kill -9', async () => {
  const file = join(folder, 'agent.db')
  const said: string[] = []
  for (let run = 1; run <= 5; run += 1) said.push(...(await appendUntilKilled(file, `run${run}`, Math.random() * 60)))
  await using store = createSqliteStore(file)
  const stored = new Set((await store.alerts.openEpisodes()).map(({ fingerprint }) => fingerprint))
  expect(said.length).toBeGreaterThan(5)
  expect(said.filter((fingerprint) => !stored.has(fingerprint))).toEqual([])
  // At most the one that was stored and not yet said when each of the five was killed.
  expect(stored.size - said.length).toBeLessThanOrEqual(5)
})
