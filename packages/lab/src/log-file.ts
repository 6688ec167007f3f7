import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  statSync,
  truncateSync,
} from 'node:fs'
import { dirname } from 'node:path'

const MAX_BYTES = 20_000_000
const TAIL_BYTES = 256_000
/** Logs and databases hold what customers and persons wrote. */
export const OWNER_ONLY = 0o600

/** Moves the log of the run before to `<path>.1` and opens an empty one for appending; returns its descriptor. */
export function openFreshLog(path: string): number {
  mkdirSync(dirname(path), { recursive: true })
  if (existsSync(path)) renameSync(path, `${path}.1`)
  return openSync(path, 'a', OWNER_ONLY)
}

/** Creates an empty file that only its owner may read, or makes the one that is there so. */
export function keepPrivate(path: string): void {
  mkdirSync(dirname(path), { recursive: true })
  closeSync(openSync(path, 'a', OWNER_ONLY))
  chmodSync(path, OWNER_ONLY)
}

/** Empties a log that has grown beyond 20 MB, after copying it to `<path>.1`. Its writers append, so they go on at the start. */
export function limitLog(path: string): void {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) <= MAX_BYTES) return
  copyFileSync(path, `${path}.1`)
  truncateSync(path)
}

/** The last `count` lines of a file (of its last 256 kB); none when there is no such file. */
export function readLastLines(path: string, count: number): string[] {
  if (!existsSync(path) || count <= 0) return []
  const descriptor = openSync(path, 'r')
  try {
    const { size } = fstatSync(descriptor)
    const length = Math.min(size, TAIL_BYTES)
    const buffer = Buffer.alloc(length)
    readSync(descriptor, buffer, 0, length, size - length)
    const lines = buffer.toString('utf8').replace(/\n$/, '').split('\n')
    return lines.filter((line, index) => index > 0 || length === size || line === '').slice(-count)
  } finally {
    closeSync(descriptor)
  }
}
