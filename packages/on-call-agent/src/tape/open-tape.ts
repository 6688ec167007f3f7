import type { Redact } from '@oncall-lab/service-kit/redact'
import { readTapes } from './read-tape.ts'
import { recordTape } from './record.ts'
import { replayTape } from './replay.ts'
import type { Tape } from './tape.ts'

interface OpenTapeDeps {
  /** Ids of targets that may be asked what is not on the tape (`MODEL_TAPE_ASKS`). */
  asks?: string | undefined
  redact: Redact
  onError: (what: string, error: unknown) => void
}

/** The tape that `MODEL_TAPE` names, if any. @throws ConfigError when there is nothing to play. */
export function openTape(setting: string | undefined, { asks = '', ...deps }: OpenTapeDeps): Tape | undefined {
  if (setting === undefined) return undefined
  const kind = setting.slice(0, setting.indexOf(':'))
  const directory = setting.slice(kind.length + 1)
  if (kind === 'record') return recordTape({ directory, ...deps })
  return replayTape({ runs: readTapes(directory), turns: turnsOf(kind), asks: asks.split(',') })
}

/** How many answers of the model come from the tape. */
function turnsOf(kind: string): number {
  if (kind === 'replay') return Number.POSITIVE_INFINITY
  return kind === 'results' ? 0 : Number(kind.slice('fork-'.length)) - 1
}
