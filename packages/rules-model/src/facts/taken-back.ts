import type { ListChangesResult } from '@oncall-lab/on-call-agent/look-functions'

type Change = ListChangesResult['changes'][number]

/** A setting or the number of instances, on the same instances. */
const subjectOf = ({ what, ports }: Change) => (/^(?:setting_changed|scaled)\b/.test(what) ? JSON.stringify([what, ports]) : undefined)

/**
 * The changes without those of what was, at this time (milliseconds), as it had been before all of them. What was taken back only later may have brought a trouble meanwhile, and of what was changed
 * to and fro nobody can tell which of the two was meant to be.
 */
export function withoutTakenBack(changes: readonly Change[], at: number): Change[] {
  const gone = [...Map.groupBy(changes, subjectOf)].flatMap(([subject, all]) => {
    const past = all.filter((change) => Date.parse(change.at) <= at).toSorted((a, b) => a.at.localeCompare(b.at))
    const [first, last] = [past[0], past.at(-1)]
    return subject !== undefined && first && last && first.from !== null && first.from === last.to ? past : []
  })
  return changes.filter((change) => !gone.includes(change))
}

/** The later change that put back what this one changed, on the same instances; the changes stand newest first. */
export function takenBack(change: Change, changes: Change[]): Change | undefined {
  if (change.from === null || !/^(?:deploy|setting|scaled)/.test(change.what)) return undefined
  return changes.slice(0, changes.indexOf(change)).findLast((later) => isSameThing(later, change) && toOf(later) === change.from)
}

/** Whether this is such a putting back of a change that is on record, or the beginning of one. */
export function tookBack(change: Change, changes: Change[]): boolean {
  const earlier = changes.slice(changes.indexOf(change) + 1)
  const isReturn = (each: Change) => each.from !== null && each.from === toOf(change) && toOf(each) === change.from
  return earlier.some((each) => isReturn(each) && isSameKind(change, each))
}

/** A part of a deploy's record: what began is not yet what is in force. */
function isSameThing(later: Change, change: Change): boolean {
  return isSameKind(later, change) && later.what !== 'deploy_started'
}

function isSameKind(later: Change, change: Change): boolean {
  const kindOf = ({ what }: Change) => (what.startsWith('deploy') ? 'deploy' : what)
  return kindOf(later) === kindOf(change) && change.ports.every((port) => later.ports.includes(port))
}

const toOf = ({ release, to }: Change) => release ?? to
