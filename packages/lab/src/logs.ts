import { closeSync, existsSync, openSync, readdirSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { CliError } from './cli-error.ts'
import type { Lab } from './lab.ts'
import { ERROR_LOG } from './lab-directory.ts'
import { type LogEntry, mergeEntries, readLogEntries } from './log-entry.ts'
import { readLastLines } from './log-file.ts'
import { suggest } from './suggestion.ts'

interface LogsOptions {
  part: string | undefined
  lines: number
  /** RFC 3339: nothing older is shown. */
  since: string | null
  follow: boolean
  /** One line for the person or the program that reads. */
  show: (entry: LogEntry, width: number) => void
  signal: AbortSignal
}

const LOOK_EVERY_MS = 250

/** `lab logs`: the last lines of one part, or of all in order of time; with `follow` goes on until the signal. @throws CliError for an unknown part. */
export async function showLogs({ directory }: Lab, { part, lines, since, follow, show, signal }: LogsOptions): Promise<void> {
  const files = listLogs(directory.logs, directory.errorLogs)
  if (files.size === 0) throw new CliError(`There are no logs in ${directory.logs}: this lab has not run yet.`)
  const chosen = part === undefined ? [...files] : [...files].filter(([name]) => name === part)
  if (part !== undefined && chosen.length === 0) {
    const names = [...files.keys()]
    throw new CliError(`There is no log of ${JSON.stringify(part)}.${suggest(part, names) || ` There is: ${names.join(', ')}.`}`)
  }
  const width = Math.max(...chosen.map(([name]) => name.length))
  const offsets = chosen.map(([, path]) => sizeOf(path))
  const last = mergeEntries(chosen.map(([name, path]) => readLogEntries(name, readLastLines(path, lines))))
  const wanted = last.filter(({ time }) => since === null || (time ?? '') >= since)
  for (const entry of lines > 0 ? wanted.slice(-lines) : []) show(entry, width)
  while (follow && !signal.aborted) {
    await delay(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined)
    const news = chosen.map(([name, path], index) => {
      const { text, end } = readFrom(path, offsets[index] ?? 0)
      offsets[index] = end
      return readLogEntries(name, text.split('\n').slice(0, -1), new Date().toISOString())
    })
    for (const entry of mergeEntries(news)) show(entry, width)
  }
}

/** The parts' logs by name, and the error log that all instances of inventory share. */
function listLogs(logs: string, errorLogs: string): Map<string, string> {
  const files = new Map<string, string>()
  const names = existsSync(logs) ? readdirSync(logs).sort() : []
  for (const name of names) if (/^(?!inventory_).*\.log$/.test(name)) files.set(name.slice(0, -'.log'.length), join(logs, name))
  const errorLog = join(errorLogs, ERROR_LOG)
  if (existsSync(errorLog)) files.set('inventory', errorLog)
  return files
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}

/** The complete lines after `offset`; from the start when the file became shorter. */
function readFrom(path: string, offset: number): { text: string; end: number } {
  const size = sizeOf(path)
  const begin = size < offset ? 0 : offset
  if (size === begin) return { text: '', end: begin }
  const descriptor = openSync(path, 'r')
  const buffer = Buffer.alloc(size - begin)
  const count = readSync(descriptor, buffer, 0, buffer.length, begin)
  closeSync(descriptor)
  const complete = buffer.subarray(0, count).lastIndexOf('\n') + 1
  return { text: buffer.toString('utf8', 0, complete), end: begin + complete }
}
