import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ConfigError } from '@oncall-lab/service-kit/config'
import { describeError } from '@oncall-lab/service-kit/errors'
import { schemaProblem } from '@oncall-lab/service-kit/schema-problem'
import { Value } from 'typebox/value'
import { type ResultLine, type SubjectLine, TapeLine, type TurnLine } from './tape-line.ts'

/** One run as it was written down. */
export interface RecordedRun {
  subject: SubjectLine
  /** Which targets saw the service. */
  covers: Map<string, boolean>
  turns: TurnLine[]
  results: ResultLine[]
}

/** All tapes of a folder, oldest first. @throws ConfigError that names the file and the line that is none. */
export function readTapes(directory: string): RecordedRun[] {
  let names: string[]
  try {
    names = readdirSync(directory).filter((name) => name.endsWith('.jsonl'))
  } catch (error) {
    throw new ConfigError(`MODEL_TAPE: ${directory} cannot be read: ${describeError(error)}`)
  }
  if (names.length === 0) throw new ConfigError(`MODEL_TAPE: ${directory} holds no tape (*.jsonl)`)
  const runs = names.map((name) => readRun(readFileSync(join(directory, name), 'utf8'), join(directory, name)))
  return runs.sort((a, b) => a.subject.at.localeCompare(b.subject.at))
}

/** One tape. `name` is what its errors call it. */
function readRun(text: string, name: string): RecordedRun {
  const lines = text
    .split('\n')
    .map((line, i) => ({ line, place: `${name}:${i + 1}` }))
    .filter(({ line }) => line.trim() !== '')
    .map(({ line, place }) => readLine(line, place))
  const [subject] = lines
  if (subject?.kind !== 'subject') throw new ConfigError(`MODEL_TAPE: ${name} does not begin with its subject`)
  return {
    subject,
    covers: new Map(lines.flatMap((line) => (line.kind === 'sight' ? [[line.target, line.covers] as const] : []))),
    turns: lines.filter((line) => line.kind === 'turn'),
    results: lines.filter((line) => line.kind === 'result'),
  }
}

function readLine(text: string, place: string): TapeLine {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new ConfigError(`MODEL_TAPE: ${place} is not JSON: ${describeError(error)}`)
  }
  if (Value.Check(TapeLine, value)) return value
  const problem = schemaProblem(TapeLine, value)
  throw new ConfigError(`MODEL_TAPE: ${place} is no line of a tape: ${problem?.path} ${problem?.message}`)
}
