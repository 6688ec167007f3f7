import { type FileHandle, open } from 'node:fs/promises'
import { fits } from '@oncall-lab/service-kit/schema-problem'
import { LogEntry, type LogsTail } from '../api.ts'

const CHUNK_BYTES = 65_536
/** Several processes write: a line may stand behind one that is younger by so much. */
const DISORDER_MS = 2_000

/** Which part of the log: the newest `limit` of the entries that are at most `seconds` old at `now` (ms since 1970). */
export interface TailWindow {
  seconds: number
  limit: number
  now: number
}

/** Reads the log at `path` from its end, and its predecessor `<path>.1` where the window reaches that far. A missing file is an empty log. */
export async function readLogTail(path: string, { seconds, limit, now }: TailWindow): Promise<LogsTail> {
  const since = now - seconds * 1_000
  const entries: { at: number; entry: LogEntry }[] = []
  for await (const line of linesFromEnd([path, `${path}.1`])) {
    const entry = parseEntry(line)
    if (!entry) continue
    const at = Date.parse(entry.ts)
    if (at < since - DISORDER_MS) break
    if (at >= since) entries.push({ at, entry })
  }
  // Newest first so far; the sort is stable, so lines of the same millisecond keep the order of the file.
  entries.reverse().sort((a, b) => a.at - b.at)
  return { entries: entries.slice(-limit).map(({ entry }) => entry), count: entries.length }
}

function parseEntry(line: string): LogEntry | undefined {
  try {
    const entry: unknown = JSON.parse(line)
    return fits(LogEntry, entry) && !Number.isNaN(Date.parse(entry.ts)) ? entry : undefined
  } catch {
    return undefined // Not a line of ours, e.g. the torn last line of a full disk.
  }
}

async function* linesFromEnd(paths: string[]): AsyncGenerator<string> {
  let lastRead: number | undefined
  for (const path of paths) {
    await using file = await open(path).catch(() => undefined)
    if (!file) continue
    const { ino } = await file.stat()
    // Renamed between the two: the same file again.
    if (ino === lastRead) continue
    lastRead = ino
    yield* fileLinesFromEnd(file)
  }
}

async function* fileLinesFromEnd(file: FileHandle): AsyncGenerator<string> {
  let position = (await file.stat()).size
  let rest = Buffer.alloc(0)
  while (position > 0) {
    const length = Math.min(CHUNK_BYTES, position)
    position -= length
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, position)
    const chunk = Buffer.concat([buffer.subarray(0, bytesRead), rest])
    const firstBreak = chunk.indexOf('\n')
    // What stands before the first break may begin in the chunk before; bytes, so no character is cut.
    rest = position === 0 ? Buffer.alloc(0) : chunk.subarray(0, firstBreak === -1 ? chunk.length : firstBreak)
    const whole = position === 0 ? chunk : chunk.subarray(firstBreak === -1 ? chunk.length : firstBreak + 1)
    yield* whole.toString('utf8').split('\n').filter(Boolean).reverse()
  }
}
