import type { BackendFeed } from './backend-feed.ts'
import type { RulesFile, UnevenLoadRule } from './rules-file.ts'
import { SETTINGS } from './setting-schema.ts'
import type { TargetsFile } from './targets-file.ts'

interface Users {
  backends: BackendFeed
  targets: TargetsFile
  rules: RulesFile
  /** The newest instance, as Prometheus names it. */
  newest: () => string
}

/** Hands the settings of the balancer on with the list of backends, writes Prometheus' rules, and follows our own. */
export function createSettingUser({ backends, targets, rules, newest }: Users) {
  return (component: string, read: (setting: string) => string): void => {
    if (component === 'process-manager') targets.keep(read('targets_file') === 'kept')
    // Its values are those that the setting's pattern takes.
    if (component === 'prometheus') void rules.write(read('uneven_load_rule') as UnevenLoadRule, newest())
    if (component !== 'load-balancer') return
    const changed = SETTINGS.filter((each) => each.component === component && read(each.setting) !== each.usual)
    backends.configure(Object.fromEntries(changed.map(({ setting }) => [setting, numberOrText(read(setting))])))
  }
}

function numberOrText(text: string): number | string {
  return /^\d+$/.test(text) ? Number(text) : text
}
