import { closeSync, existsSync, openSync, readdirSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { CliError } from './cli-error.ts'
import type { Lab } from './lab.ts'
import { readLastLines } from './log-file.ts'

interface LogsOptions {
  part: string | undefined
  lines: number
  follow: boolean
  say: (line: string) => void
  signal: AbortSignal
}

const LOOK_EVERY_MS = 250

/** `lab logs`: the last lines of one part, or of all, each line then with its part's name; with `follow` goes on until the signal. @throws CliError for an unknown part. */
export async function showLogs({ directory }: Lab, { part, lines, follow, say, signal }: LogsOptions): Promise<void> {
  const files = listLogs(directory.logs, directory.errorLogs)
  if (files.size === 0) throw new CliError(`There are no logs in ${directory.logs}: this lab has not run yet.`)
  const chosen = part === undefined ? [...files] : [...files].filter(([name]) => name === part)
  if (chosen.length === 0) throw new CliError(`There is no log of ${JSON.stringify(part)}. There is: ${[...files.keys()].join(', ')}.`)
  const width = Math.max(...chosen.map(([name]) => name.length))
  const show = (name: string, line: string) => say(part === undefined ? `${name.padEnd(width)} | ${line}` : line)
  const offsets = chosen.map(([, path]) => sizeOf(path))
  for (const [name, path] of chosen) for (const line of readLastLines(path, lines)) show(name, line)
  while (follow && !signal.aborted) {
    await delay(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined)
    for (const [index, [name, path]] of chosen.entries()) {
      const { text, end } = readFrom(path, offsets[index] ?? 0)
      offsets[index] = end
      for (const line of text.split('\n').slice(0, -1)) show(name, line)
    }
  }
}

/** The parts' logs by name, and the error log that all instances of inventory share. */
function listLogs(logs: string, errorLogs: string): Map<string, string> {
  const files = new Map<string, string>()
  const names = existsSync(logs) ? readdirSync(logs).sort() : []
  for (const name of names) if (/^(?!inventory_).*\.log$/.test(name)) files.set(name.slice(0, -'.log'.length), join(logs, name))
  const errorLog = join(errorLogs, 'inventory_common.log')
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
