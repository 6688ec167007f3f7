import type { FleetFaultRequest } from '@oncall-lab/process-manager/api'
import { request } from 'undici'
import { CliError } from './cli-error.ts'
import type { Lab } from './lab.ts'

const ANSWER_WITHIN_MS = 10_000

/** `pnpm fault`: hands the fault to the process manager and returns its answer, formatted. @throws CliError when it refuses, or when no lab runs. */
export async function sendFault({ book }: Lab, fault: FleetFaultRequest): Promise<string> {
  const url = `${book.url('processManager')}/fault`
  const signal = AbortSignal.timeout(ANSWER_WITHIN_MS)
  const headers = { 'content-type': 'application/json' }
  const answer = await request(url, { method: 'POST', headers, body: JSON.stringify(fault), signal }).catch(() => {
    const offset = book.offset === 0 ? '' : ` --port-offset ${book.offset}`
    throw new CliError(`No process manager answers at ${url}: no lab runs there. Start one:  npx -y pnpm@12 lab up --detach${offset}`)
  })
  const result: unknown = await answer.body.json()
  if (answer.statusCode >= 300) {
    const detail = typeof result === 'object' && result !== null && 'detail' in result ? result.detail : JSON.stringify(result)
    throw new CliError(`The process manager refuses the fault (${answer.statusCode}): ${detail}`)
  }
  return JSON.stringify(result, null, 2)
}
