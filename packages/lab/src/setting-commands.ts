import { SETTINGS, type SettingList, type SettingResult } from '@oncall-lab/process-manager/api'
import type { Command } from 'commander'
import { askFleet } from './ask-fleet.ts'
import { CliError } from './cli-error.ts'
import type { Lab } from './lab.ts'
import { readPorts } from './release-commands.ts'

/** Ten instances that are restarted one after the other, on a busy machine. */
const SET_WITHIN_MS = 600_000

type OpenLab = (offset: number) => Lab
type Say = (line: string) => void
interface Options {
  portOffset: number
  json?: true
}

/** Adds the action of `lab settings`. */
export function addSettings(command: Command, openLab: OpenLab, say: Say): void {
  command.option('--json', 'the answer as it is, for programs').action(async ({ portOffset, json }: Options) => {
    const list = await askFleet<SettingList>(openLab(portOffset), '/settings')
    say(json ? JSON.stringify(list, null, 2) : describeSettings(list))
  })
}

/** Adds the arguments and the action of `lab set`. */
export function addSet(command: Command, openLab: OpenLab, say: Say): void {
  const lines = SETTINGS.map(({ component, setting, says }) => `  ${component.padEnd(16)} ${setting.padEnd(16)} ${says}`)
  command
    .argument('<component>', 'whose setting')
    .argument('<setting>', 'its name')
    .argument('<value>', 'its new value')
    .option('--ports <list>', 'only these instances of inventory, e.g. 8001,8002', readPorts)
    .option('--json', 'the answer as it is, for programs')
    .addHelpText('after', ['', 'Settings:', ...lines].join('\n'))
    .action(async (component: string, setting: string, value: string, { portOffset, ports, json }: Options & { ports?: number[] }) => {
      const body = { component, setting, value, ...(ports && { ports }) }
      const result = await askFleet<SettingResult>(openLab(portOffset), '/settings', { body, withinMs: SET_WITHIN_MS })
      const { version, from, to, restarted, failed } = result
      if (failed)
        throw new CliError(`${setting} is ${to} now, but the instance on ${failed.port} did not come up with it: ${failed.reason}.`)
      const restarts = restarted.length > 0 ? ` ${restarted.join(', ')} were restarted.` : ''
      say(json ? JSON.stringify(result, null, 2) : `Change ${version}: ${component} ${setting} was ${from} and is ${to}.${restarts}`)
    })
}

/** One line a setting, those that were changed marked with a star. */
function describeSettings({ settings }: SettingList): string {
  return settings
    .map(({ component, setting, value, usual, ports }) => {
      const own = ports.map((each) => `${each.port}: ${each.value}`).join(', ')
      const mark = value === usual && own === '' ? ' ' : '*'
      return `${mark} ${component.padEnd(16)} ${setting.padEnd(16)} ${value.padEnd(8)} ${own}`.trimEnd()
    })
    .join('\n')
}
