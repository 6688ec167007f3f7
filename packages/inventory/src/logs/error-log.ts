import { describeError } from '@oncall-lab/service-kit/errors'
import { redact } from '@oncall-lab/service-kit/redact'
import type { LogEntry } from '../api.ts'
import { codeOfError } from '../store/database-errors.ts'
import { tidyStack } from './repository-paths.ts'
import type { SharedLog } from './shared-log.ts'

/** Which request failed; `route` is the template. */
export interface FailedRequest {
  method: string
  route: string
  status: number
}

/** Writes failed requests to the log that all instances share, without credentials and personal data. */
export interface ErrorLog {
  record(error: Error, request: FailedRequest): void
}

const LONGEST_MESSAGE = 2_000
const LONGEST_STACK = 8_000

/** `instance` gives the address as Prometheus names it, once the server listens. */
export function createErrorLog({ log, instance }: { log: SharedLog; instance: () => string }): ErrorLog {
  return {
    record(error, request) {
      const code = codeOfError(error)
      const entry: LogEntry = {
        ts: new Date().toISOString(),
        level: 'error',
        instance: instance(),
        pid: process.pid,
        // An AggregateError has no words of its own.
        message: (error.message || describeError(error)).slice(0, LONGEST_MESSAGE),
        ...request,
        // pg names its DatabaseError "error".
        error: error.constructor.name,
        ...(code !== 'unknown' && { code }),
        stack: tidyStack(error.stack ?? '').slice(0, LONGEST_STACK),
      }
      log.append(redact(JSON.stringify(entry)))
    },
  }
}
