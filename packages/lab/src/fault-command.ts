import { FAULT_FIELDS, type FleetFaultMode, type FleetFaultRequest } from '@oncall-lab/process-manager/api'
import { Argument, type Command, InvalidArgumentError } from 'commander'
import { CliError } from './cli-error.ts'
import { endFaults, giveFault, showFaults } from './fault.ts'
import type { Lab } from './lab.ts'

/** What each mode does, for people. */
const MODES: Record<FleetFaultMode | 'status', string> = {
  latency: 'each storage call waits for its connection (--latency-ms, 800)',
  errors: 'a share of the storage calls finds its connection closed (--p-error, 0.3)',
  cpu: 'each request burns CPU (--cpu-ms, 200); all instances together at most one core',
  oom_safe: 'memory is held, 16 MB a second (--memory-mb, 256), then allocations fail',
  memory_leak: 'memory is held, slowly (--memory-mb, 256)',
  pool_leak: 'storage calls that find or change nothing keep their connection',
  crash: 'the process is killed, again after each restart',
  lock: 'an idle transaction holds the rows of all items',
  slow_query: 'the index that lists need is dropped',
  max_connections: 'an outside client takes all free connections',
  db_down: 'the database server is stopped',
  none: 'ends everything (with --ports: only there)',
  status: 'shows what is broken',
}

interface FaultFlags {
  pError?: number
  latencyMs?: number
  cpuMs?: number
  memoryMb?: number
  ports?: number[]
  ttlSeconds?: number
}

/** Adds the arguments and the action of `lab fault` to `command`. */
export function addFault(command: Command, openLab: (offset: number) => Lab, say: (line: string) => void): void {
  command
    .addArgument(new Argument('<mode>', 'what to break, or none, or status').choices(Object.keys(MODES)))
    .option('--p-error <share>', 'for errors, 0 to 1', number)
    .option('--latency-ms <ms>', 'for latency, 1 to 30000', number)
    .option('--cpu-ms <ms>', 'for cpu, 1 to 5000', number)
    .option('--memory-mb <MB>', 'for oom_safe and memory_leak, 1 to 256; less where the machine has less', number)
    .option('--ports <list>', 'only these instances, e.g. 8001,8002; not for faults of the database', numbers)
    .option('--ttl-seconds <seconds>', 'ends by itself after this long, 1 to 900 (120)', number)
    .option('--json', 'the answer as it is, for programs')
    .addHelpText('after', describeModes)
    .action(async (mode: FleetFaultMode | 'status', options: FaultFlags & { portOffset: number; json?: true }) => {
      const { portOffset, json, ...flags } = options
      const lab = openLab(portOffset)
      const format = json ? asJson : undefined
      if (mode === 'status') say(await showFaults(lab, format))
      else if (mode === 'none') say(await endFaults(lab, faultRequest(mode, flags), format))
      else say(await giveFault(lab, faultRequest(mode, flags), format))
    })
}

/** The flags of `lab fault` as the process manager takes them, which judges their values. @throws CliError for a flag that the mode does not take. */
export function faultRequest(mode: FleetFaultMode, flags: FaultFlags): FleetFaultRequest {
  const given = Object.entries({
    p_error: flags.pError,
    latency_ms: flags.latencyMs,
    cpu_ms: flags.cpuMs,
    memory_mb: flags.memoryMb,
    ports: flags.ports,
    ttl_seconds: flags.ttlSeconds,
  }).filter(([, value]) => value !== undefined)
  const taken = FAULT_FIELDS[mode]
  for (const [field] of given) {
    if (taken.some((own) => own === field)) continue
    const options = taken.map(flagOf).join(', ')
    throw new CliError(`${flagOf(field)} does not go with ${mode}, which takes ${options}`)
  }
  return { mode, ...Object.fromEntries(given) }
}

function flagOf(field: string): string {
  return `--${field.replaceAll('_', '-')}`
}

function describeModes(): string {
  const lines = Object.entries(MODES).map(([mode, does]) => `  ${mode.padEnd(16)} ${does}`)
  return ['', 'Modes:', ...lines].join('\n')
}

function asJson(answer: unknown): string {
  return JSON.stringify(answer, null, 2)
}

function number(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (!Number.isFinite(value)) throw new InvalidArgumentError('must be a number.')
  return value
}

function numbers(text: string): number[] {
  return text.split(',').map(number)
}
