import { CheckHostResult, type HostReading, RunDiagnosticResult } from '@oncall-lab/on-call-agent/host-functions'
import type { Facts, Reading } from './facts.ts'
import type { Question } from './metric-queries.ts'

/** The state of the hosts of the service. */
export const CHECK_HOST: Question = { tool: 'check_host', args: {} }

/** What is needed to read of hosts. */
export type HostFacts = Pick<Facts, 'result' | 'service'>

/** One thing on one host, as `check_host` found it. */
export type OnHost<T> = T & { host: string }

/** What was found on all hosts of one kind of thing. */
export function onHosts<K extends Exclude<keyof HostReading, 'host'>>(
  facts: HostFacts,
  kind: K,
): Reading<OnHost<HostReading[K][number]>[]> {
  const reading = facts.result(CheckHostResult, CHECK_HOST)
  if (reading.kind !== 'seen') return reading
  const value = reading.value.hosts.flatMap((each) => each[kind].map((thing: HostReading[K][number]) => ({ ...thing, host: each.host })))
  return { ...reading, value }
}

/** The service that the alert names where the hosts run it, else the first that is not active. */
export function hostService(facts: HostFacts): OnHost<HostReading['services'][number]> | undefined {
  const services = onHosts(facts, 'services')
  if (services.kind !== 'seen') return undefined
  const own = services.value.filter(({ service }) => service === facts.service)
  const considered = own.length > 0 ? own : services.value
  return considered.find(({ state }) => state !== 'active') ?? considered[0]
}

/** The journal of that service; undefined until it is known. */
export function askJournal(facts: HostFacts): Question | undefined {
  const found = hostService(facts)
  return found && { tool: 'run_diagnostic', args: { host: found.host, command: `journalctl -u ${found.service} -n 40` } }
}

/** What systemd says of it. */
export function askStatus(facts: HostFacts): Question | undefined {
  const found = hostService(facts)
  return found && { tool: 'run_diagnostic', args: { host: found.host, command: `systemctl status ${found.service}` } }
}

/** The lines of the journal since the service last began to start, newest last. */
export function journalOf(facts: HostFacts): Reading<string[]> {
  const question = askJournal(facts)
  if (!question) return { kind: 'not_asked' }
  const reading = facts.result(RunDiagnosticResult, question)
  if (reading.kind !== 'seen') return reading
  const lines = reading.value.stdout.split('\n').filter((line) => line.trim() !== '')
  const begin = lines.findLastIndex((line) => /systemd\[\d+\]: Starting /.test(line))
  return { ...reading, value: begin < 0 ? lines : lines.slice(begin) }
}
