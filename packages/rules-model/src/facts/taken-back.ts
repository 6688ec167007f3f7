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
