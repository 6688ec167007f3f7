import { execFile } from 'node:child_process'
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { CliError } from '@oncall-lab/lab/cli-error'
import type { Lab } from '@oncall-lab/lab/lab'
import { Value } from 'typebox/value'
import type { World } from '../lab/world.ts'
import { RunRecord } from '../record.ts'

const run = promisify(execFile)

/** What a capsule holds beside the record: `tape/` is the agent's, `prometheus/` the data that Prometheus had stored. */
const PARTS = {
  record: 'record.json',
  seen: 'seen.json',
  told: 'told.json',
  log: 'errors.log',
  tape: 'tape',
  prometheus: 'prometheus',
} as const
/** What a Prometheus over stored data does not know of the one that stored it: what it scraped, how often, and by which rules. */
const TOLD = ['/api/v1/targets', '/api/v1/rules']

/** A folder in which the parts of a capsule gather while its drill is played. */
export interface CapsuleDraft extends Disposable {
  /** For MODEL_TAPE of the lab. */
  tape: string
  /** Keeps what only a lab that runs can tell: incidents with their timelines, messages, tickets, the fleet's events and commits. */
  look(world: World): Promise<void>
  /** Packs it once the lab has stopped, with the blocks of Prometheus; returns the file. */
  pack(lab: Lab, record: RunRecord, file: string): Promise<string>
}

/** An empty draft; disposed, its folder goes. */
export function draftCapsule(): CapsuleDraft {
  const folder = mkdtempSync(join(tmpdir(), 'oncall-lab-capsule-'))
  const tape = join(folder, PARTS.tape)
  mkdirSync(tape)
  return {
    tape,
    async look(world) {
      const incidents = await Promise.all((await world.incidents()).map(({ id }) => world.incident(id)))
      const [messages, events, releases, rules] = await Promise.all([
        world.phoneMessages(),
        world.events(0),
        world.releases(),
        world.prometheus.rules(),
      ])
      writeFileSync(join(folder, PARTS.told), JSON.stringify(await world.prometheus.told(TOLD)))
      writeFileSync(join(folder, PARTS.seen), JSON.stringify({ incidents, messages, events, releases, rules }, null, 1))
    },
    async pack({ directory }, record, file) {
      writeFileSync(join(folder, PARTS.record), JSON.stringify(record, null, 1))
      const log = join(directory.errorLogs, 'inventory_common.log')
      if (existsSync(log)) copyFileSync(log, join(folder, PARTS.log))
      cpSync(directory.prometheusData, join(folder, PARTS.prometheus), {
        recursive: true,
        filter: (path) => !/\/(lock|queries\.active)$/.test(path),
      })
      await run('tar', ['-czf', file, '-C', folder, '.'])
      return file
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** A capsule that was unpacked. */
export interface OpenCapsule extends Disposable {
  record: RunRecord
  tape: string
  prometheusData: string
  /** Answers of the recorded Prometheus by their path; none in a capsule of before they were kept. */
  told: Record<string, unknown>
}

/** Unpacks a capsule into a folder of its own, which goes when it is disposed. @throws CliError when it is none. */
export async function openCapsule(file: string): Promise<OpenCapsule> {
  const folder = mkdtempSync(join(tmpdir(), 'oncall-lab-replay-'))
  try {
    if (!existsSync(file)) throw new Error('there is no such file')
    await run('tar', ['-xzf', file, '-C', folder]).catch(() => {
      throw new Error('it is no archive that tar and gzip can read')
    })
    const record: unknown = JSON.parse(readFileSync(join(folder, PARTS.record), 'utf8'))
    if (!Value.Check(RunRecord, record)) throw new Error('what it holds is no record')
    const told = join(folder, PARTS.told)
    return {
      record,
      tape: join(folder, PARTS.tape),
      prometheusData: join(folder, PARTS.prometheus),
      told: existsSync(told) ? (JSON.parse(readFileSync(told, 'utf8')) as Record<string, unknown>) : {},
      [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
    }
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw new CliError(`${file} is no capsule of a run: ${error instanceof Error ? error.message : error}`)
  }
}
