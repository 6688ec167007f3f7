import { expect, it } from 'vitest'
import { loadDrills, OWN_DRILLS } from '../load-drills.ts'
import { selectDrills } from '../select-drills.ts'
import { grade } from './grade.ts'
import { recordOf } from './try-controls.ts'

const [drill] = selectDrills(await loadDrills([OWN_DRILLS]), ['23'])
if (!drill) throw new Error('there is no drill 23')
const right = recordOf(drill, { says: 'PostgreSQL does not run.' })
const wrong = recordOf(drill, { says: 'The release is bad.', cause: 'bad_release', component: 'inventory' })
const later = (record: typeof right) => (record.report ? { last_report: record.report } : {})

it('the first diagnosis is graded, and what was said in the end stands beside it', () => {
  expect(grade(drill, { ...wrong, ...later(right) })).toMatchObject({
    cause: false,
    verified: false,
    confidentWrong: true,
    rightInTheEnd: true,
  })
  expect(grade(drill, { ...right, ...later(wrong) })).toMatchObject({ cause: true, verified: true, rightInTheEnd: false })
})

it('whoever does not look again said in the end what it said first', () => {
  expect([grade(drill, right).rightInTheEnd, grade(drill, wrong).rightInTheEnd]).toEqual([true, false])
})
