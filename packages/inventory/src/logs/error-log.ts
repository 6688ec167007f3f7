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
  /** An error that ends the process, the request that threw it where that is known (`GET /items/17`), and all that were under way. */
  recordEnd(error: Error, endedBy: string | undefined, underWay: readonly string[]): void
}

interface Written {
  level: string
  words: string
  request?: FailedRequest
  endedBy?: string | undefined
}

const LONGEST_MESSAGE = 2_000
const LONGEST_STACK = 8_000

/** `instance` gives the address as Prometheus names it, once the server listens. */
export function createErrorLog({ log, instance }: { log: SharedLog; instance: () => string }): ErrorLog {
  const write = (error: Error, { level, words, request, endedBy }: Written) => {
    const code = codeOfError(error)
    const entry: LogEntry = {
      ts: new Date().toISOString(),
      level,
      instance: instance(),
      pid: process.pid,
      message: words.slice(0, LONGEST_MESSAGE),
      ...request,
      // pg names its DatabaseError "error".
      error: error.constructor.name,
      ...(code !== 'unknown' && { code }),
      ...(endedBy && { ended_by: endedBy }),
      stack: tidyStack(error.stack ?? '').slice(0, LONGEST_STACK),
    }
    log.append(redact(JSON.stringify(entry)))
  }
  // An AggregateError has no words of its own.
  const wordsOf = (error: Error) => error.message || describeError(error)
  return {
    record: (error, request) => write(error, { level: 'error', words: wordsOf(error), request }),
    recordEnd(error, endedBy, underWay) {
      const during = underWay.length > 0 ? ` during ${underWay.join(', ')}` : ''
      const words = `${wordsOf(error)} (nobody caught it: the process ends${during})`
      write(error, { level: 'fatal', words, endedBy })
    },
  }
}
