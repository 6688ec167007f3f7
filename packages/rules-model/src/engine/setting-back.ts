import type { CauseId } from '@oncall-lab/on-call-agent/api'
import { ListChangesResult } from '@oncall-lab/on-call-agent/look-functions'
import { CHANGES, recentChange } from '../signals/recent-change.ts'
import type { Proposal, Seen } from './remedy.ts'

/** Whose settings make it: a changed one of that part is to blame also when the change is older than the trouble. */
const PARTS: Partial<Record<CauseId, string>> = {
  stale_backends: 'load-balancer',
  retry_storm: 'load-balancer',
  stale_targets: 'process-manager',
}

type Change = ListChangesResult['changes'][number]

/** The setting that was changed just before the trouble began, or the last one of the part to blame: back to the value that it had. */
export function settingBack({ all, cause, facts }: Seen): Proposal[] {
  const reading = facts.result(ListChangesResult, CHANGES)
  if (reading.kind !== 'seen') return []
  const inForce = newestOfEach(reading.value.changes)
  const part = cause === undefined ? undefined : PARTS[cause]
  const found = part === undefined ? inForce.find(isRecent(recentChange.read(facts))) : inForce.find(({ component }) => component === part)
  if (!found) return []
  const { component, setting, from, to, ports } = found
  const instances = all.filter(({ port }) => ports.includes(port)).map(({ instance }) => instance)
  const where = instances.length > 0 ? ` on ${instances.join(', ')}` : ''
  return [
    {
      action: 'change_setting',
      arguments: { component, setting, value: from, ...(instances.length > 0 && { instances }) },
      reason: `${component} ${setting} was changed from ${from} to ${to}${where}.`,
    },
  ]
}

interface SettingChange {
  component: string
  setting: string
  from: string
  to: string
  at: string
  ports: number[]
}

/** The newest change of each setting, where it is not back at what it was before somebody began. */
function newestOfEach(changes: Change[]): SettingChange[] {
  const all = changes.flatMap(readChange)
  const newest = all.filter((each, i) => all.findIndex((other) => isSame(other, each)) === i)
  return newest.filter((each) => all.findLast((other) => isSame(other, each))?.from !== each.to)
}

const isSame = (a: SettingChange, b: SettingChange) =>
  a.component === b.component && a.setting === b.setting && a.ports.join() === b.ports.join()

function readChange({ what, from, to, at, ports }: Change): SettingChange[] {
  const [, component, setting] = /^setting_changed (\S+) (\S+)$/.exec(what) ?? []
  return component === undefined || setting === undefined || from === null || to === null
    ? []
    : [{ component, setting, from, to, at, ports }]
}

/** The one that the signal names. */
const isRecent =
  (change: ReturnType<typeof recentChange.read>) =>
  ({ component, setting }: SettingChange) =>
    change.kind === 'seen' && /^setting/.test(change.level) && (change.notes ?? []).includes(`${component} ${setting}`)
