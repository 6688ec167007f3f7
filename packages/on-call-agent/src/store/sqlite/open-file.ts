import { chmodSync, existsSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { ConfigError } from '@oncall-lab/service-kit/config'
import { describeError } from '@oncall-lab/service-kit/errors'
import { type Database, openDatabase } from './database.ts'

/** What happens to a file that cannot be used: the start fails, or the file is moved aside and a new one begun. */
export type Recovery = 'refuse' | 'move'

/**
 * Opens the database of AGENT_DB; only its owner may read it. `onMoved` is told where an unusable file went.
 * @throws ConfigError that names the file, what is wrong with it, and what to do.
 */
export function openDatabaseFile(file: string, recovery: Recovery, onMoved: (to: string) => void, now = Date.now): Database {
  if (file === ':memory:') return openDatabase(file)
  prepareFolder(file)
  try {
    return openPrivately(file)
  } catch (error) {
    if (recovery !== 'move' || !existsSync(file) || statSync(file).isDirectory()) throw unusable(file, error)
    onMoved(moveAside(file, now()))
    return openPrivately(file)
  }
}

function openPrivately(file: string): Database {
  const db = openDatabase(file)
  for (const name of [file, `${file}-wal`, `${file}-shm`]) if (existsSync(name)) chmodSync(name, 0o600)
  return db
}

/** One folder at a time: Node's own recursive mkdir never returns below /proc. */
function prepareFolder(file: string): void {
  const missing: string[] = []
  for (let folder = dirname(resolve(file)); !existsSync(folder); folder = dirname(folder)) missing.unshift(folder)
  try {
    for (const folder of missing) mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    throw unusable(file, error)
  }
}

/** With what SQLite keeps beside it: a write-ahead log would be read into the new file. */
function moveAside(file: string, nowMs: number): string {
  const to = `${file}.unusable-${new Date(nowMs).toISOString().replace(/[:.]/g, '-')}`
  for (const suffix of ['', '-wal', '-shm']) if (existsSync(file + suffix)) renameSync(file + suffix, to + suffix)
  return to
}

function unusable(file: string, cause: unknown): ConfigError {
  return new ConfigError(
    `AGENT_DB=${file} cannot be used: ${describeError(cause)}. Name another file, move this one away, or set AGENT_DB_RECOVER=move to have it moved aside at start.`,
  )
}
