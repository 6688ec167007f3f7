import { CliError } from '@oncall-lab/lab/cli-error'
import type { Drill } from '../drill.ts'
import { tryControls } from '../grade/try-controls.ts'

/** Tries the controls of each drill; the files themselves were checked when they were read. @throws CliError that names each control that the grader gets wrong. */
export function validateDrills(drills: readonly Drill[]): string {
  const tried = drills.flatMap((drill) => tryControls(drill).map((control) => ({ drill, ...control })))
  const failed = tried.filter(({ ok }) => !ok)
  if (failed.length > 0) {
    const lines = failed.map(
      ({ drill, says, expected, grade }) =>
        `${drill.id} ${drill.name}: "${says}" has to be ${expected} (${grade.lacks.join('; ') || 'it lacks nothing'})`,
    )
    throw new CliError(`The grader gets controls wrong:\n  ${lines.join('\n  ')}`)
  }
  const refused = tried.filter(({ expected }) => expected === 'refused').length
  return `${drills.length} drills are usable: ${refused} wrong claims and harmful fixes are refused, ${tried.length - refused} right ones are taken.`
}
