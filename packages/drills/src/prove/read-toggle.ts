import { CliError } from '@oncall-lab/lab/cli-error'
import { FLEET_FAULTS, SETTINGS } from '@oncall-lab/process-manager/api'
import type { Step } from '../step.ts'

type On = 'all' | 'one'

/**
 * A toggle as a person types it: `r6` or `r6:one` (a release, on all or on the instance of the seed), `inventory.BADGES=on`, `fault:max_connections`, `fault:link:one`,
 * `scale=1`. What it switches on is what is said to be the cause. @throws CliError for anything else.
 */
export function readToggle(text: string): Step[] {
  const on = (which: string | undefined): { on?: On } => (which === ':one' ? { on: 'one' } : {})
  const release = /^(r\d{1,3})(:one)?$/.exec(text)
  if (release?.[1]) return [{ do: 'deploy', release: release[1], ...on(release[2]) }]
  const setting = /^([a-z-]+)\.(\w+)=(\w+)(:one)?$/.exec(text)
  if (setting?.[1] && setting[2] && setting[3]) {
    const [, component, name, value, which] = setting
    if (SETTINGS.some((each) => each.component === component && each.setting === name && each.pattern.test(value)))
      return [{ do: 'set', component, setting: name, value, ...on(which) }]
  }
  const fault = /^fault:([a-z_]+)(:one)?$/.exec(text)
  if (fault?.[1] && FLEET_FAULTS.some(({ mode }) => mode === fault[1])) return [{ do: 'fault', mode: fault[1], ...on(fault[2]) }]
  const scale = /^scale=(\d)$/.exec(text)
  if (scale) return [{ do: 'scale', replicas: Number(scale[1]) }]
  throw new CliError(
    `${JSON.stringify(text)} is no toggle; there is r6, r6:one, inventory.BADGES=on, fault:max_connections, fault:link:one, scale=1`,
  )
}
