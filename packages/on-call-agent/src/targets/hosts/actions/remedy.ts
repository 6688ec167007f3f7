import { UpstreamError } from '@oncall-lab/service-kit/errors'
import type { CheckDecision, WorldReading } from '../../../actions/action.ts'
import { type Host, runForm } from '../host.ts'
import { parseProcesses, parseService, parseSize } from '../parse-output.ts'

/** One thing that can be done on a host, to one listed subject: a service, a log, a cache folder, a configuration, or a process by its number. */
export interface Remedy<Before = unknown> {
  /** What the subject has to be, for the model. */
  readonly takes: string
  says(subject: string, host: string): string
  /** Whether the host's entry lists it, and what would run. Changes nothing. */
  check(host: Host, subject: string, signal: AbortSignal): Promise<CheckDecision>
  before(host: Host, subject: string, signal: AbortSignal): Promise<Before>
  run(host: Host, subject: string, signal: AbortSignal): Promise<string>
  readOutcome(host: Host, subject: string, before: Before, signal: AbortSignal): Promise<WorldReading>
  undo?(host: Host, subject: string, before: Before, signal: AbortSignal): Promise<string>
}

/** Ties what is read before to what is made of it. */
export function defineRemedy<Before>(remedy: Remedy<Before>): Remedy {
  return remedy as Remedy // `before` is what this remedy's own `before` gave.
}

export const refuse = (reason: string, message: string): CheckDecision => ({ kind: 'refuse', reason, message })
export const ok = (simulation: string): CheckDecision => ({ kind: 'ok', simulation })

/** A restart waits for the service's own end. */
const RESTART_SECONDS = 30

/** Runs a form that changes something, once. @throws UpstreamError when it does not end with 0, in the command's own words */
export async function change(host: Host, form: string[], signal: AbortSignal, seconds = RESTART_SECONDS): Promise<void> {
  const { exitCode, stdout, stderr, timedOut } = await runForm(host, form, { signal, seconds })
  if (exitCode === 0) return
  const why = timedOut
    ? `it did not end within ${seconds} s`
    : stderr.trim().split('\n')[0] || stdout.trim().split('\n')[0] || `it ended with ${exitCode}`
  throw new UpstreamError(`${form.join(' ')} failed on ${host.name}: ${why}`, { code: 'command_failed' })
}

export const reads = {
  service: async (host: Host, service: string, signal: AbortSignal) =>
    parseService(service, await runForm(host, ['systemctl', 'show', service], { signal })),
  processes: async (host: Host, signal: AbortSignal) => parseProcesses(await runForm(host, ['ps'], { signal })),
  kilobytes: async (host: Host, file: string, signal: AbortSignal) => parseSize(await runForm(host, ['du', file], { signal })),
  /** What a configuration says that its saved copy does not; empty when they are the same. */
  async difference(host: Host, file: string, signal: AbortSignal): Promise<string> {
    const { exitCode, stdout, stderr } = await runForm(host, ['diff', file], { signal })
    if (exitCode === 0) return ''
    if (exitCode === 1) return stdout
    throw new UpstreamError(`${file} cannot be compared on ${host.name}: ${stderr.trim() || exitCode}`, { code: 'command_failed' })
  },
}
