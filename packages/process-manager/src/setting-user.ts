import type { BackendFeed } from './backend-feed.ts'
import { SETTINGS } from './setting-schema.ts'
import type { TargetsFile } from './targets-file.ts'

/** Hands the settings of the balancer on with the list of backends, and follows our own. */
export function createSettingUser(backends: BackendFeed, targets: TargetsFile) {
  return (component: string, read: (setting: string) => string): void => {
    if (component === 'process-manager') targets.keep(read('targets_file') === 'kept')
    if (component !== 'load-balancer') return
    const changed = SETTINGS.filter((each) => each.component === component && read(each.setting) !== each.usual)
    backends.configure(Object.fromEntries(changed.map(({ setting }) => [setting, numberOrText(read(setting))])))
  }
}

function numberOrText(text: string): number | string {
  return /^\d+$/.test(text) ? Number(text) : text
}
