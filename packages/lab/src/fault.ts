import type { ActiveFaults, FleetFaultRequest, FleetFaultResult } from '@oncall-lab/process-manager/api'
import { request } from 'undici'
import { CliError } from './cli-error.ts'
import { commandFor } from './command-line.ts'
import type { Lab } from './lab.ts'

/** Longer than the process manager takes to undo everything. */
const ANSWER_WITHIN_MS = 60_000
const DEFAULT_TTL_SECONDS = 120

/** How the answer is told; by default for people. */
type Format<T> = ((answer: T) => string) | undefined

/** Breaks something and tells what came of it. @throws CliError when it is refused, when not every instance took it, or when no lab runs. */
export async function giveFault(lab: Lab, fault: FleetFaultRequest, format: Format<FleetFaultResult>): Promise<string> {
  const answer = await ask<FleetFaultResult>(lab, fault)
  const end = `It ends by itself after ${fault.ttl_seconds ?? DEFAULT_TTL_SECONDS} s, or with:  ${commandFor(lab, 'fault none')}`
  return tell(answer, format ?? (() => `${fault.mode} is on: ${answer.results.map(describeResult).join(', ')}. ${end}`))
}

/** Ends what is broken. @throws CliError when something could not be undone, or when no lab runs. */
export async function endFaults(lab: Lab, fault: FleetFaultRequest, format: Format<FleetFaultResult>): Promise<string> {
  const answer = await ask<FleetFaultResult>(lab, fault)
  return tell(answer, format ?? (() => (fault.ports ? `Ended in ${fault.ports.join(', ')}.` : 'Everything is undone.')))
}

/** What is broken now, one a line. @throws CliError when no lab runs. */
export async function showFaults(lab: Lab, format: Format<ActiveFaults>): Promise<string> {
  const answer = await ask<ActiveFaults>(lab)
  if (format) return format(answer)
  return answer.faults.map(describeFault).join('\n') || 'Nothing is broken.'
}

function tell(answer: FleetFaultResult, format: (answer: FleetFaultResult) => string): string {
  if (answer.ok) return format(answer)
  throw new CliError(`Not everywhere: ${answer.results.map(describeResult).join(', ')}`)
}

function describeResult({ port, target, error, memory_mb }: FleetFaultResult['results'][number]): string {
  const memory = memory_mb === undefined ? '' : ` (${memory_mb} MB)`
  return `${target ?? port}${memory} ${error ?? 'ok'}`
}

function describeFault({ port, target, mode, remaining_seconds, ...fields }: ActiveFaults['faults'][number]): string {
  const details = Object.entries(fields).map(([name, value]) => `${name} ${value}`)
  return [String(target ?? port).padEnd(8), mode.padEnd(15), `${remaining_seconds} s left`, ...details].join('  ')
}

/** @throws CliError with the process manager's reason. */
async function ask<T>(lab: Lab, body?: FleetFaultRequest): Promise<T> {
  const url = `${lab.book.url('processManager')}/fault`
  const post = body && { method: 'POST' as const, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  const answer = await request(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS), ...post }).catch((error: unknown) => {
    if (error instanceof DOMException) throw new CliError(`The process manager does not answer within ${ANSWER_WITHIN_MS / 1_000} s`)
    throw new CliError(`No process manager answers at ${url}: no lab runs there. Start one:  ${commandFor(lab, 'up --detach')}`)
  })
  const result: unknown = await answer.body.json()
  if (answer.statusCode < 300) return result as T // As the route's schema says.
  const detail = typeof result === 'object' && result !== null && 'detail' in result ? result.detail : JSON.stringify(result)
  throw new CliError(`The process manager refuses the fault (${answer.statusCode}): ${detail}`)
}
