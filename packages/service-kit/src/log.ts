import { type DestinationStream, type Logger, pino } from 'pino'
import { redactedLog } from './redact/log-stream.ts'
import { redact } from './redact/redact.ts'

/** A service's log as JSON lines, each without credentials and personal data. */
export function createLog(name: string, level: string, to: DestinationStream = process.stdout): Logger {
  return pino({ name, level }, redactedLog(redact, to))
}
