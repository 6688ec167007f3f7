import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { describeError } from '@oncall-lab/service-kit/errors'
import { EnvHttpProxyAgent, fetch } from 'undici'
import { isExecutable } from './on-path.ts'
import type { Program, ProgramSource, ProgramSurroundings } from './program.ts'
import { runTool } from './run-tool.ts'

const CONNECT_WITHIN_MS = 4_000
const DOWNLOAD_WITHIN_MS = 600_000
const PLATFORMS: Record<string, string> = { linux: 'linux', darwin: 'darwin' }
const ARCHITECTURES: Record<string, string> = { x64: 'amd64', arm64: 'arm64' }

/**
 * The project's own release on GitHub, unpacked into the cache once its SHA-256 is the one in the release's `sha256sums.txt`.
 * `releases` is the address above `<project>/releases/download/…`.
 */
export function officialRelease(releases = 'https://github.com/prometheus'): ProgramSource {
  return {
    name: 'the official release',
    async find(program, around) {
      const name = archiveName(program)
      if (!name) return { kind: 'missing', reason: `there is none for ${process.platform} on ${process.arch}` }
      try {
        const path = releasedProgram(program, around.cache)
        if (!(await isExecutable(path))) await fetchRelease({ releases, program, name, around })
        return { kind: 'found', path }
      } catch (error) {
        return { kind: 'missing', reason: describeError(error) }
      }
    },
  }
}

/** Where the release's program is, or will be, in the cache. */
export function releasedProgram({ name, release }: Program, cache: string): string {
  return join(cache, `${release.project}-${release.version}`, name)
}

function archiveName({ release }: Program): string | null {
  const [platform, architecture] = [PLATFORMS[process.platform], ARCHITECTURES[process.arch]]
  return platform && architecture ? `${release.project}-${release.version}.${platform}-${architecture}` : null
}

interface Fetching {
  releases: string
  program: Program
  name: string
  around: ProgramSurroundings
}

async function fetchRelease({ releases, program: { release }, name, around }: Fetching): Promise<void> {
  const base = `${releases}/${release.project}/releases/download/v${release.version}`
  const file = `${name}.tar.gz`
  const dispatcher = new EnvHttpProxyAgent({ connect: { timeout: CONNECT_WITHIN_MS } })
  await mkdir(around.cache, { recursive: true })
  const work = await mkdtemp(join(around.cache, 'release-'))
  try {
    const wanted = checksumOf(file, await (await ask(`${base}/sha256sums.txt`, dispatcher, around.signal)).text())
    const archive = join(work, file)
    const answer = await ask(`${base}/${file}`, dispatcher, around.signal)
    const got = await download(answer, archive, (line) => around.say(`  ${file}: ${line}`))
    if (got !== wanted) throw new Error(`the SHA-256 of ${file} is ${got}, and the release's list says ${wanted}`)
    await runTool('tar', ['-xzf', archive, '-C', work], { signal: around.signal })
    const final = join(around.cache, `${release.project}-${release.version}`)
    await rm(final, { recursive: true, force: true })
    await rename(join(work, name), final)
  } finally {
    await dispatcher.destroy()
    await rm(work, { recursive: true, force: true })
  }
}

/** The checksum of one file in the text of `sha256sums.txt`. @throws when the file is not in the list. */
export function checksumOf(file: string, list: string): string {
  const line = list.split('\n').find((candidate) => candidate.trim().split(/\s+\*?/)[1] === file)
  const sum = line?.trim().split(/\s+/)[0]
  if (!sum || !/^[0-9a-f]{64}$/.test(sum)) throw new Error(`the release's list of checksums does not name ${file}`)
  return sum
}

type Answer = Awaited<ReturnType<typeof fetch>>

async function ask(url: string, dispatcher: EnvHttpProxyAgent, signal: AbortSignal): Promise<Answer> {
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(DOWNLOAD_WITHIN_MS)])
  const answer = await fetch(url, { dispatcher, signal: deadline }).catch((cause: unknown) => {
    throw new Error(`${url} cannot be reached`, { cause })
  })
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}`)
  return answer
}

/** Writes the body to a file and returns its SHA-256, telling each tenth on the way. */
async function download(answer: Answer, path: string, say: (line: string) => void): Promise<string> {
  if (!answer.body) throw new Error(`${answer.url} has no content`)
  const total = Number(answer.headers.get('content-length') ?? 0)
  const hash = createHash('sha256')
  let done = 0
  let told = 0
  const watch = new Transform({
    transform(chunk: Buffer, _encoding, next) {
      hash.update(chunk)
      done += chunk.length
      const tenth = total ? Math.floor((done / total) * 10) : 0
      if (tenth > told) say(`${tenth * 10} % of ${(total / 1e6).toFixed(0)} MB`)
      told = Math.max(told, tenth)
      next(null, chunk)
    },
  })
  await pipeline(answer.body, watch, createWriteStream(path))
  return hash.digest('hex')
}
