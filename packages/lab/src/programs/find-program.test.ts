import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { findProgram } from './find-program.ts'
import { inCache } from './in-cache.ts'
import { checksumOf, officialRelease } from './official-release.ts'
import { onPath } from './on-path.ts'
import type { ProgramSource, ProgramSurroundings } from './program.ts'

const ARCH = process.arch === 'x64' ? 'amd64' : 'arm64'
const RELEASE = `prometheus-3.13.0.${process.platform}-${ARCH}`
let directory: string
let around: ProgramSurroundings
let said: string[]
let server: Server | undefined

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lab-programs-'))
  said = []
  around = {
    searchPath: [join(directory, 'bin')],
    cache: join(directory, 'cache'),
    isRoot: false,
    say: (line) => said.push(line),
    signal: new AbortController().signal,
  }
})
afterEach(() => {
  server?.close()
  server = undefined
  rmSync(directory, { recursive: true, force: true })
})

function writeProgram(path: string, output: string, status = 0): void {
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, `#!/bin/sh\necho '${output}'\nexit ${status}\n`)
  chmodSync(path, 0o755)
}

/** Serves a release as GitHub does; `list` is its sha256sums.txt, made from the archive. */
async function serveRelease(list: (sum: string) => string): Promise<ProgramSource> {
  writeProgram(join(directory, RELEASE, 'prometheus'), 'prometheus, version 3.13.0 (branch: HEAD)')
  const archive = join(directory, 'release.tar.gz')
  execFileSync('tar', ['-czf', archive, '-C', directory, RELEASE])
  const content = readFileSync(archive)
  const sum = createHash('sha256').update(content).digest('hex')
  const answers: Record<string, string | Buffer> = {
    '/prometheus/releases/download/v3.13.0/sha256sums.txt': list(sum),
    [`/prometheus/releases/download/v3.13.0/${RELEASE}.tar.gz`]: content,
  }
  server = createServer((request, response) => {
    const answer = answers[request.url ?? '']
    response.writeHead(answer === undefined ? 404 : 200).end(answer)
  })
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return officialRelease(`http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`)
}

it('takes the program on PATH first, with its version', async () => {
  writeProgram(join(directory, 'bin', 'prometheus-alertmanager'), 'alertmanager, version 0.25.0 (branch: x)')
  const found = await findProgram('alertmanager', around, [onPath, inCache])
  expect(found).toMatchObject({ version: '0.25.0', from: 'PATH', path: join(directory, 'bin', 'prometheus-alertmanager') })
})

it('passes over a program that does not run, and says why', async () => {
  writeProgram(join(directory, 'bin', 'prometheus'), 'wrong architecture', 1)
  await expect(findProgram('prometheus', around, [onPath, inCache])).rejects.toThrow(/PATH: .*failed(.|\n)*the cache: nothing in/)
})

it('fetches the official release when its checksum is in the list, and finds it in the cache afterwards', async () => {
  const release = await serveRelease((sum) => `${'0'.repeat(64)}  other.tar.gz\n${sum}  ${RELEASE}.tar.gz\n`)
  expect(await findProgram('prometheus', around, [onPath, inCache, release])).toMatchObject({
    version: '3.13.0',
    from: 'the official release',
  })
  server?.close()
  expect(await findProgram('prometheus', around, [onPath, inCache])).toMatchObject({ version: '3.13.0', from: 'the cache' })
})

it('refuses an archive whose checksum is not the one in the list, and unpacks nothing', async () => {
  const release = await serveRelease(() => `${'0'.repeat(64)}  ${RELEASE}.tar.gz\n`)
  await expect(findProgram('prometheus', around, [release])).rejects.toThrow(/SHA-256 .* says 0000/)
  expect(existsSync(around.cache) ? readdirSync(around.cache) : []).toEqual([])
})

it('refuses an archive that the list does not name', async () => {
  const release = await serveRelease((sum) => `${sum}  ${RELEASE}.tar.gz.sig\n`)
  await expect(findProgram('prometheus', around, [release])).rejects.toThrow(/does not name/)
})

it('says of each source why it failed, and what to do', async () => {
  const unreachable = officialRelease('http://127.0.0.1:1')
  const error = await findProgram('prometheus', around, [onPath, inCache, unreachable]).catch((caught: Error) => caught)
  expect(String(error)).toMatch(
    /PATH: (.|\n)*the cache: (.|\n)*the official release: .*cannot be reached(.|\n)*(apt-get install|brew install)/,
  )
})

it.each([
  ['a list in binary mode', `${'a'.repeat(64)} *x.tar.gz`],
  ['a list in text mode', `${'a'.repeat(64)}  x.tar.gz`],
])('reads %s', (_, list) => {
  expect(checksumOf('x.tar.gz', list)).toBe('a'.repeat(64))
})
