import { describe, expect, it } from 'vitest'
import { loadDrills, OWN_DRILLS } from '../load-drills.ts'
import { grade } from './grade.ts'
import { recordOf, tryControls } from './try-controls.ts'

const drills = await loadDrills([OWN_DRILLS])

describe.each(drills)('the grader on drill $id, $name', (drill) => {
  it.each(tryControls(drill))('has "$says" $expected', ({ ok, grade: { lacks } }) => {
    expect({ ok, lacks }).toMatchObject({ ok: true })
  })

  it('gives a run with a right answer and an unrestored alert no Verified Resolve', () => {
    const claim = drill.controls.right[0] ?? { says: '' }
    const record = { ...recordOf(drill, claim), alerts_silent: false, ticket: null }
    expect(grade(drill, record).verified).toBe(false)
  })

  it('gives a right answer that cites nothing, or what does not hold, no Verified Resolve', () => {
    const record = recordOf(drill, drill.controls.right[0] ?? { says: '' })
    expect(grade(drill, { ...record, citations: [] })).toMatchObject({ verified: false, grounded: false, cause: true })
    expect(grade(drill, { ...record, citations: [{ says: 'up: 1', stands: false }] }).verified).toBe(false)
  })
})
