import { gunzipSync } from 'node:zlib'

/** One file of an archive. */
export interface TarFile {
  /** Relative, with slashes; at most 255 bytes. */
  path: string
  body: Buffer
}

const BLOCK = 512
const TEXT = 100
const PREFIX = 155
const PREFIX_AT = 345

/** The blocks of an archive in ustar form (POSIX.1-1988), which every tar reads. Times are zero: equal files give equal archives. */
export function* tarBlocks(files: Iterable<TarFile>): Generator<Buffer> {
  for (const { path, body } of files) {
    yield header(path, body.length)
    yield body
    yield Buffer.alloc((BLOCK - (body.length % BLOCK)) % BLOCK)
  }
  yield Buffer.alloc(2 * BLOCK)
}

function header(path: string, size: number): Buffer {
  const { prefix, name } = splitPath(path)
  const block = Buffer.alloc(BLOCK)
  const octal = (value: number, at: number, length: number) => block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at)
  block.write(name, 0)
  octal(0o644, 100, 8)
  octal(0, 108, 8)
  octal(0, 116, 8)
  octal(size, 124, 12)
  octal(0, 136, 12)
  block.write('        ', 148)
  block.write('0', 156)
  block.write('ustar\x0000', 257)
  block.write(prefix, PREFIX_AT)
  block.write(`${checksum(block).toString(8).padStart(6, '0')}\0 `, 148)
  return block
}

/** @throws RangeError when the path does not fit. */
function splitPath(path: string): { prefix: string; name: string } {
  if (Buffer.byteLength(path) <= TEXT) return { prefix: '', name: path }
  for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) {
    const [prefix, name] = [path.slice(0, at), path.slice(at + 1)]
    if (Buffer.byteLength(prefix) <= PREFIX && Buffer.byteLength(name) <= TEXT && name !== '') return { prefix, name }
  }
  throw new RangeError(`The path is too long for an archive: ${path}`)
}

const checksum = (block: Buffer) => block.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 32 : byte), 0)

/** What bounds the reading of somebody's archive. */
interface ReadLimits {
  /** Of all files together, unpacked. */
  bytes: number
  files: number
}

/**
 * The ordinary files of a gzipped archive, by path; nothing is written to disk. Links, devices and whatever else an archive may hold are left out.
 * @throws Error that says why it cannot be read: no gzip, cut off, larger than the limits.
 */
export function readTarGz(packed: Buffer, { bytes, files }: ReadLimits): Map<string, Buffer> {
  const archive = gunzipSync(packed, { maxOutputLength: bytes })
  const found = new Map<string, Buffer>()
  for (let at = 0; at + BLOCK <= archive.length; ) {
    const block = archive.subarray(at, at + BLOCK)
    if (block.every((byte) => byte === 0)) return found
    const size = readHeader(block, archive.length - at - BLOCK)
    const [name, prefix] = [textAt(block, 0, TEXT), textAt(block, PREFIX_AT, PREFIX)]
    const type = String.fromCharCode(block[156] ?? 0)
    if (type === '0' || type === '\0')
      found.set(prefix === '' ? name : `${prefix}/${name}`, archive.subarray(at + BLOCK, at + BLOCK + size))
    if (found.size > files) throw new Error(`The archive holds more than ${files} files`)
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK
  }
  throw new Error('The archive is cut off')
}

/** The size of the file behind it. */
function readHeader(block: Buffer, left: number): number {
  const sum = Number.parseInt(textAt(block, 148, 8).trim(), 8)
  if (sum !== checksum(block)) throw new Error('This is no archive, or it is damaged')
  const size = Number.parseInt(textAt(block, 124, 12).trim() || '0', 8)
  if (!Number.isInteger(size) || size < 0 || size > left) throw new Error('The archive is cut off')
  return size
}

function textAt(block: Buffer, at: number, length: number): string {
  const field = block.subarray(at, at + length)
  const end = field.indexOf(0)
  return field.subarray(0, end === -1 ? length : end).toString()
}
