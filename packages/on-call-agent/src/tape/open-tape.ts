import type { Redact } from '@oncall-lab/service-kit/redact'
import { readTapes } from './read-tape.ts'
import { recordTape } from './record.ts'
import { replayTape } from './replay.ts'
import type { Tape } from './tape.ts'

/** The tape that `MODEL_TAPE` names, if any. @throws ConfigError when there is nothing to play. */
export function openTape(
  setting: string | undefined,
  deps: { redact: Redact; onError: (what: string, error: unknown) => void },
): Tape | undefined {
  if (setting === undefined) return undefined
  const directory = setting.slice(setting.indexOf(':') + 1)
  if (setting.startsWith('record:')) return recordTape({ directory, ...deps })
  return replayTape({ runs: readTapes(directory), plays: setting.startsWith('replay:') ? 'all' : 'results' })
}
