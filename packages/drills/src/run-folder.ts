import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { CliError } from '@oncall-lab/lab/cli-error'
import { ROOT } from '@oncall-lab/lab/open-lab'
import { describeError } from '@oncall-lab/service-kit/errors'
import { Value } from 'typebox/value'
import { RunRecord } from './record.ts'

const FOLDER = join(ROOT, '.lab', 'drills')

/** A new folder for the records of a run, named by the time. */
export function createRunFolder(now: Date): string {
  const name = now.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')
  const folder = join(FOLDER, name)
  mkdirSync(folder, { recursive: true })
  return folder
}

/** Writes one record; its name tells what it is about. */
export function writeRecord(folder: string, record: RunRecord): string {
  const file = `${String(record.drill).padStart(2, '0')}-${record.name}.seed${record.seed}.run${record.round}.${record.agent}.${record.model.replaceAll(/[^\w.-]/g, '_')}.json`
  writeFileSync(join(folder, file), `${JSON.stringify(record, null, 1)}\n`)
  return file
}

const isRecord = (file: string) => /\.run\d+\..*\.json$/.test(file)

/** A record with its file's name. */
export interface StoredRecord {
  file: string
  record: RunRecord
}

/** The records of a run: a name in `.lab/drills`, a path, or `latest`. @throws CliError when there are none. */
export function readRun(name: string): { folder: string; records: StoredRecord[] } {
  const folder = name === 'latest' ? latest() : [join(FOLDER, name), resolve(name)].find(isFolder)
  if (!folder)
    throw new CliError(
      name === 'latest'
        ? `No drill was played yet: ${FOLDER} holds no run. Play one:  ./lab drill run 6`
        : `There is no run ${JSON.stringify(name)} in ${FOLDER}`,
    )
  const records = readdirSync(folder)
    .filter(isRecord)
    .toSorted()
    .map((file) => ({ file, record: readRecord(join(folder, file)) }))
  if (records.length === 0) throw new CliError(`The run in ${folder} holds no record`)
  return { folder, records }
}

function readRecord(path: string): RunRecord {
  const record = readJson(path)
  if (Value.Check(RunRecord, record)) return record
  const [first] = Value.Errors(RunRecord, record)
  throw new CliError(`${path} is no record of a run: ${first?.instancePath} ${first?.message}`)
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw new CliError(`${path} is no record of a run: ${describeError(cause)}`)
  }
}

function latest(): string | undefined {
  // A run that was ended before its first drill was over has none.
  const hasRecord = (name: string) => readdirSync(join(FOLDER, name)).some(isRecord)
  const names = isFolder(FOLDER) ? readdirSync(FOLDER).filter((name) => /^\d{8}-\d{6}$/.test(name) && hasRecord(name)) : []
  const name = names.toSorted().at(-1)
  return name === undefined ? undefined : join(FOLDER, name)
}

function isFolder(path: string): boolean {
  try {
    readdirSync(path)
    return true
  } catch {
    return false
  }
}
