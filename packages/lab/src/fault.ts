import type { ActiveFaults, FleetFaultRequest, FleetFaultResult } from '@oncall-lab/process-manager/api'
import { request } from 'undici'
import { CliError } from './cli-error.ts'
import { commandFor } from './command-line.ts'
import { FLAG_FIELDS, flagOf } from './fault-flags.ts'
import type { Lab } from './lab.ts'
import { notAnswering } from './not-answering.ts'

/** Longer than the process manager takes to undo everything. */
const ANSWER_WITHIN_MS = 60_000
const DEFAULT_TTL_SECONDS = 120

/** How the answer is printed; for people where nothing else is given. */
type Format<T> = ((answer: T) => string) | undefined

/** Injects a fault and reports where it is active. @throws CliError when it is refused, when not every instance took it, or when no lab runs. */
export async function giveFault(lab: Lab, fault: FleetFaultRequest, format: Format<FleetFaultResult>): Promise<string> {
  const answer = await ask<FleetFaultResult>(lab, fault)
  const end = `It ends by itself after ${fault.ttl_seconds ?? DEFAULT_TTL_SECONDS} s, or with:  ${commandFor(lab, 'fault none')}`
  return report(answer, format ?? (() => `Fault "${fault.mode}" is active ${describePlaces(answer.results)}. ${end}`))
}

/** Clears faults. @throws CliError when something could not be undone, or when no lab runs. */
export async function endFaults(lab: Lab, fault: FleetFaultRequest, format: Format<FleetFaultResult>): Promise<string> {
  const answer = await ask<FleetFaultResult>(lab, fault)
  return report(answer, format ?? (() => (fault.ports ? `Cleared on ${fault.ports.join(', ')}.` : 'Every fault is cleared.')))
}

/** The active faults, one a line. @throws CliError when no lab runs. */
export async function showFaults(lab: Lab, format: Format<ActiveFaults>): Promise<string> {
  const answer = await ask<ActiveFaults>(lab)
  if (format) return format(answer)
  return answer.faults.map(describeFault).join('\n') || 'No fault is active.'
}

function report(answer: FleetFaultResult, format: (answer: FleetFaultResult) => string): string {
  if (answer.ok) return format(answer)
  throw new CliError(`It did not work everywhere: ${answer.results.map(describeResult).join(', ')}`)
}

function describeResult({ port, target, error, memory_mb }: FleetFaultResult['results'][number]): string {
  const memory = memory_mb === undefined ? '' : ` (${memory_mb} MB)`
  return `${target ?? port}${memory} ${error ?? 'ok'}`
}

/** `on 8001 and 8002`, `in the database`. */
function describePlaces(results: FleetFaultResult['results']): string {
  if (results.some(({ target }) => target !== undefined)) return 'in the database'
  const places = results.map(({ port, memory_mb }) => (memory_mb === undefined ? `${port}` : `${port} (${memory_mb} MB)`))
  return `on ${places.length > 1 ? `${places.slice(0, -1).join(', ')} and ${places.at(-1)}` : places.join()}`
}

/** One active fault in a line. */
export function describeFault({ port, target, mode, remaining_seconds, ...fields }: ActiveFaults['faults'][number]): string {
  const details = Object.entries(fields).map(([name, value]) => `${name} ${value}`)
  return [String(target ?? port).padEnd(8), mode.padEnd(15), `${remaining_seconds} s left`, ...details].join('  ')
}

/** @throws CliError with the process manager's reason. */
async function ask<T>(lab: Lab, body?: FleetFaultRequest): Promise<T> {
  const url = `${lab.book.url('processManager')}/fault`
  const post = body && { method: 'POST' as const, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  const answer = await request(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS), ...post }).catch((error: unknown) => {
    if (error instanceof DOMException) throw new CliError(`The process manager does not answer within ${ANSWER_WITHIN_MS / 1_000} s`)
    throw notAnswering(lab, 'process manager', url)
  })
  const result: unknown = await answer.body.json()
  if (answer.statusCode < 300) return result as T // As the route's schema says.
  const detail = typeof result === 'object' && result !== null && 'detail' in result ? String(result.detail) : JSON.stringify(result)
  throw new CliError(body ? explainRefusal(detail, body) : detail)
}

const BOUNDS: Record<string, string> = { '<=': 'at most', '>=': 'at least' }

/** The process manager's reason in the words of the command line: `--p-error must be at most 1, got 3.` */
export function explainRefusal(detail: string, fault: FleetFaultRequest): string {
  const bound = /^body[./](\w+)(?:\/\d+)? must be (<=|>=) (\S+)$/.exec(detail)
  if (bound) {
    const [, field = '', sign = '', limit] = bound
    const given = Object.entries(fault).find(([name]) => name === field)?.[1]
    return `${flagOf(field)} must be ${BOUNDS[sign]} ${limit}, got ${given}.`
  }
  const fields = new RegExp(`\\bbody[./](\\w+)\\b|\\b(${FLAG_FIELDS.join('|')})\\b`, 'g')
  return `The fault was refused: ${detail.replaceAll(fields, (_, named: string | undefined, field: string) => flagOf(named ?? field))}`
}
