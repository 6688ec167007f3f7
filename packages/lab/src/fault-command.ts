import { FLEET_FAULTS, type FleetFault, type FleetFaultMode, type FleetFaultRequest, fieldsOf } from '@oncall-lab/process-manager/api'
import { Argument, type Command, InvalidArgumentError } from 'commander'
import { CliError } from './cli-error.ts'
import { endFaults, giveFault, showFaults } from './fault.ts'
import { flagOf } from './fault-flags.ts'
import type { Lab } from './lab.ts'
import { suggest } from './suggestion.ts'

/** Flags as commander gives them, by their names in camel case. */
type FaultFlags = Record<string, number | number[] | undefined>

/** Adds the arguments and the action of `lab fault` to `command`: the modes and their flags are those that the faults declare. */
export function addFault(command: Command, openLab: (offset: number) => Lab, say: (line: string) => void, faults = FLEET_FAULTS): void {
  const modes = [...faults.map(({ mode }) => mode), 'none', 'status']
  command.addArgument(new Argument('<mode>', 'what to break, or none, or status').argParser((text) => readMode(text, modes)))
  for (const [field, flag] of fieldFlags(faults)) command.option(`${flagOf(field)} <number>`, flag, number)
  command
    .option('--ports <list>', 'only these instances, e.g. 8001,8002; not for faults of the database', numbers)
    .option('--ttl-seconds <seconds>', 'ends by itself after this long, 1 to 900 (120)', number)
    .option('--json', 'the answer as it is, for programs')
    .addHelpText('after', describeModes(faults))
    .action(async (mode: FleetFaultMode | 'status', options: FaultFlags & { portOffset: number; json?: true }) => {
      const { portOffset, json, ...flags } = options
      const lab = openLab(portOffset)
      const format = json ? asJson : undefined
      if (mode === 'status') say(await showFaults(lab, format))
      else if (mode === 'none') say(await endFaults(lab, faultRequest(mode, flags, faults), format))
      else say(await giveFault(lab, faultRequest(mode, flags, faults), format))
    })
}

/** The flags of `lab fault` as the process manager takes them, which judges their values. @throws CliError for a flag that the mode does not take. */
export function faultRequest(mode: FleetFaultMode, flags: FaultFlags, faults = FLEET_FAULTS): FleetFaultRequest {
  const given = Object.entries(flags)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), value] as const)
  const taken = fieldsOf(mode, faults)
  for (const [field] of given) {
    if (taken.includes(field)) continue
    throw new CliError(`${flagOf(field)} does not go with ${mode}, which takes ${taken.map(flagOf).join(', ')}`)
  }
  return { mode, ...Object.fromEntries(given) }
}

/** One line of help for each field of a fault: which modes take it, its range and its default. */
function fieldFlags(faults: readonly FleetFault[]): Map<string, string> {
  const modes = new Map<string, string[]>()
  for (const { mode } of faults) for (const field of fieldsOf(mode, faults)) modes.set(field, [...(modes.get(field) ?? []), mode])
  const fields = Object.assign({}, ...faults.map((fault) => fault.fields)) as Record<string, Range>
  const own = [...modes].filter(([field]) => field in fields)
  return new Map(own.map(([field, takenBy]) => [field, `for ${takenBy.join(' and ')}, ${describeRange(fields[field])}`]))
}

/** What a field's JSON schema says of it. */
interface Range {
  minimum?: number
  maximum?: number
  default?: unknown
}

function describeRange({ minimum, maximum, default: usual }: Range = {}): string {
  return `${minimum} to ${maximum} (${usual})`
}

function describeModes(faults: readonly FleetFault[]): string {
  const modes = [
    ...faults,
    { mode: 'none', says: 'clears every fault (with --ports: only there)' },
    { mode: 'status', says: 'shows the active faults' },
  ]
  return ['', 'Modes:', ...modes.map(({ mode, says }) => `  ${mode.padEnd(16)} ${says}`)].join('\n')
}

function asJson(answer: unknown): string {
  return JSON.stringify(answer, null, 2)
}

function readMode(text: string, modes: string[]): string {
  if (modes.includes(text)) return text
  throw new InvalidArgumentError(suggest(text, modes).trim() || `There is ${modes.join(', ')}.`)
}

function number(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (!Number.isFinite(value)) throw new InvalidArgumentError('must be a number.')
  return value
}

function numbers(text: string): number[] {
  return text.split(',').map(number)
}
