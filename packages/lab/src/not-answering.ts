import { UpstreamError } from '@oncall-lab/service-kit/errors'
import { claimWithoutAnswer } from '@oncall-lab/service-kit/failed-call'
import { CliError } from './cli-error.ts'
import { commandFor } from './command-line.ts'
import type { Lab } from './lab.ts'

/** Whether a call failed because nobody listens there. */
export function isUnreachable(error: unknown): boolean {
  return error instanceof UpstreamError ? error.code === 'upstream_unreachable' : claimWithoutAnswer(error).claim === 'retryable'
}

/** What a command says whose part of the lab gives no answer at this address: what happened, where, and what to do. */
export function notAnswering(lab: Pick<Lab, 'book' | 'env'>, part: string, url: string): CliError {
  return new CliError(`No ${part} answers at ${url}: no lab runs there. Start one:  ${commandFor(lab, 'up --detach')}`)
}
