import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { readTarGz, tarBlocks } from './tar.ts'

const LIMITS = { bytes: 1_000_000, files: 100 }
const files = [
  { path: 'manifest.json', body: Buffer.from('{}\n') },
  { path: 'database/empty.json', body: Buffer.alloc(0) },
  { path: `deep/${'d'.repeat(90)}/${'ü'.repeat(45)}.json`, body: Buffer.alloc(1_537, 'x') },
  { path: 'block', body: Buffer.alloc(512, 'y') },
]
const packed = gzipSync(Buffer.concat([...tarBlocks(files)]))

test('an archive is read back as it was written', () => {
  expect([...readTarGz(packed, LIMITS)]).toEqual(files.map(({ path, body }) => [path, body]))
})

test("the system's tar lists and unpacks it, and we read what it packs", () => {
  const directory = mkdtempSync(join(tmpdir(), 'tar-'))
  try {
    writeFileSync(join(directory, 'a.tar.gz'), packed)
    const listed = execFileSync('tar', ['--quoting-style=literal', '-tzf', 'a.tar.gz'], {
      cwd: directory,
      env: { ...process.env, LC_ALL: 'C.UTF-8' },
    })
    expect(listed.toString().trim().split('\n')).toEqual(files.map(({ path }) => path))
    execFileSync('tar', ['-xzf', 'a.tar.gz'], { cwd: directory })
    const again = execFileSync('tar', ['-cz', '--format=ustar', 'manifest.json', 'database', 'block'], { cwd: directory })
    expect([...readTarGz(again, LIMITS).keys()]).toEqual(['manifest.json', 'database/empty.json', 'block'])
  } finally {
    rmSync(directory, { recursive: true })
  }
})

test.each([
  ['what is no gzip', Buffer.from('hello'), LIMITS, /incorrect header/],
  ['an archive that was cut', gzipSync(Buffer.concat([...tarBlocks(files)]).subarray(0, 1_500)), LIMITS, /cut off/],
  ['gzipped text', gzipSync('x'.repeat(2_000)), LIMITS, /no archive/],
  ['a bomb', gzipSync(Buffer.alloc(2_000_000)), LIMITS, /larger than/],
  ['more files than allowed', packed, { ...LIMITS, files: 2 }, /more than 2 files/],
])('%s is refused', (_name, archive, limits, message) => {
  expect(() => readTarGz(archive, limits)).toThrow(message)
})

test('a path that no archive can hold is refused', () => {
  expect(() => [...tarBlocks([{ path: 'x'.repeat(101), body: Buffer.alloc(0) }])]).toThrow(/too long/)
})
