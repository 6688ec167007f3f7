import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { redact } from '@oncall-lab/service-kit/redact'
import { readTarGz } from '@oncall-lab/service-kit/tar'
import { expect, test } from 'vitest'
import type { Bundle } from '../api.ts'
import { packBundle } from './write-bundle.ts'

const HEADING = {
  format: 'oncall-lab/bundle' as const,
  version: 1 as const,
  id: 'x',
  requested_by: 'test',
  made_from: '',
  made_until: '',
  incident: null,
  service: 'inventory',
  versions: {},
  layers: ['logs' as const],
  errors: [],
}
const file = (path: string, content: object | string) => ({
  path,
  layer: 'logs' as const,
  source: path,
  ok: true,
  milliseconds: 0,
  content,
})

test('what is beyond the size of a bundle is left out, and the manifest says so', () => {
  const collected = [file('logs/a.json', { a: 1 }), file('logs/b.txt', 'x '.repeat(600)), file('logs/c.json', { c: 1 })]
  const { manifest, files } = packBundle(HEADING, collected, { redact, maxBytes: 1_000 })
  expect(files.map(({ path }) => path)).toEqual(['manifest.json', 'logs/a.json', 'logs/c.json'])
  expect(manifest.errors).toEqual([
    { layer: 'logs', source: 'logs/b.txt', message: expect.stringMatching(/^left out: with its 1200 bytes/) },
  ])
})

test('a long text keeps all its lines', () => {
  const { files } = packBundle(HEADING, [file('logs/a.md', 'one line of it\n'.repeat(20_000))], { redact, maxBytes: 1_000_000 })
  expect(files[1]?.body.length).toBe(300_000)
})

test('a writer that is killed at any moment leaves no half archive under a final name', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'killed-'))
  const main = fileURLToPath(new URL('../../test-parts/bundle-writer.ts', import.meta.url))
  try {
    for (const afterMs of [0, 35, 80]) {
      const child = spawn(process.execPath, [main, directory], { stdio: ['ignore', 'pipe', 'inherit'] })
      await once(child.stdout, 'data')
      await sleep(afterMs)
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
    const archives = readdirSync(directory).filter((name) => name.endsWith('.tar.gz'))
    expect(archives.length).toBeGreaterThanOrEqual(3)
    for (const name of archives) {
      const packed = readFileSync(join(directory, name))
      expect([...readTarGz(packed, { bytes: 8_000_000, files: 10 }).keys()]).toEqual(
        expect.arrayContaining(['manifest.json', 'logs/test-noise.json']),
      )
      execFileSync('tar', ['-tz'], { input: packed, stdio: ['pipe', 'ignore', 'inherit'] })
    }
    const records = readdirSync(directory).filter((name) => name.endsWith('.json'))
    for (const name of records) {
      const { id, status }: Bundle = JSON.parse(readFileSync(join(directory, name), 'utf8'))
      if (status === 'ready') expect(archives).toContain(`${id}.tar.gz`)
    }
  } finally {
    rmSync(directory, { recursive: true })
  }
})
