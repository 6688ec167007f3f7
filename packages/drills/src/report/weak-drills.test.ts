import { expect, it } from 'vitest'
import { grade } from '../grade/grade.ts'
import { recordOf } from '../grade/try-controls.ts'
import { loadDrills, OWN_DRILLS } from '../load-drills.ts'
import { selectDrills } from '../select-drills.ts'
import { weakDrills } from './scores.ts'

const drills = selectDrills(await loadDrills([OWN_DRILLS]), ['17', '24'])

it('a drill that always restarting cures is weak, although restarting is wrong there; one that stays broken, or that somebody else cured, is not', () => {
  const run = (id: number, changes: object) => {
    const drill = drills.find((each) => each.id === id)
    if (!drill) throw new Error(`there is no drill ${id}`)
    const record = { ...recordOf(drill, { says: 'The processes are in a bad state.' }), agent: 'always-restart', ...changes }
    return { file: '', record, grade: grade(drill, record) }
  }
  const harm = [{ kind: 'wrong_action', says: 'restart_instance: no' }]
  expect(weakDrills([run(24, { harm }), run(17, { sli_back: false })])).toEqual([24])
  expect(weakDrills([run(24, { agent: 'lab' })])).toEqual([])
})
