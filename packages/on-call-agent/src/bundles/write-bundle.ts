import { createHash } from 'node:crypto'
import { open, rename } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { redactDeep } from '@oncall-lab/service-kit/guard'
import type { Redact } from '@oncall-lab/service-kit/redact'
import { type TarFile, tarBlocks } from '@oncall-lab/service-kit/tar'
import type { BundleManifest } from '../api.ts'
import type { CollectedFile } from './collect-bundle.ts'

/** What is packed, and what did not fit. */
export interface PackedBundle {
  manifest: BundleManifest
  files: TarFile[]
}

/** The manifest without what follows from the files. */
type Heading = Omit<BundleManifest, 'files'>

/** Redacts every file, and leaves out with an error what is beyond `maxBytes` in all. Nothing gets into a bundle by another way. */
export function packBundle(
  heading: Heading,
  collected: readonly CollectedFile[],
  { redact, maxBytes }: { redact: Redact; maxBytes: number },
): PackedBundle {
  const files: (TarFile & { facts: BundleManifest['files'][number] })[] = []
  const errors = [...heading.errors]
  let total = 0
  for (const { path, layer, source, ok, milliseconds, content } of collected) {
    const body = Buffer.from(textOf(content, redact))
    if (total + body.length > maxBytes) {
      errors.push({ layer, source, message: `left out: with its ${body.length} bytes the bundle would have more than ${maxBytes}` })
      continue
    }
    total += body.length
    const sha256 = createHash('sha256').update(body).digest('hex')
    files.push({ path, body, facts: { path, layer, source: redact(source), ok, bytes: body.length, sha256, milliseconds } })
  }
  const manifest = { ...redactDeep({ ...heading, errors }, redact), files: files.map(({ facts }) => facts) }
  return { manifest, files: [{ path: 'manifest.json', body: Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`) }, ...files] }
}

/** Text line by line: a text as a whole is cut at some length. */
function textOf(content: object | string, redact: Redact): string {
  if (typeof content === 'string') return content.split('\n').map(redact).join('\n')
  return `${JSON.stringify(redactDeep(content, redact), null, 1)}\n`
}

/** Writes the archive under another name, and gives it its own only when all of it is on disk. Returns what was written. */
export async function writeBundle(path: string, partial: string, files: readonly TarFile[]): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256')
  let bytes = 0
  const file = await open(partial, 'w', 0o600)
  try {
    await pipeline(Readable.from(tarBlocks(files)), createGzip(), async (packed: AsyncIterable<Buffer>) => {
      for await (const chunk of packed) {
        hash.update(chunk)
        bytes += chunk.length
        await file.writeFile(chunk)
      }
    })
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(partial, path)
  return { bytes, sha256: hash.digest('hex') }
}
