import { expect, it } from 'vitest'
import { loadDrills, OWN_DRILLS } from '../load-drills.ts'
import { selectDrills } from '../select-drills.ts'
import { findLeaks } from './find-leaks.ts'
import { planDrill } from './plan.ts'

const [drill] = selectDrills(await loadDrills([OWN_DRILLS]), ['31'])
if (!drill) throw new Error('there is no drill 31')
const { steps } = planDrill(drill, 1, [8001, 8002])

it.each([
  ['the name of the drill', 'incident about green-probe'],
  ['a field of the fault', '{"mode":"x","p_error":1}'],
  ['the word itself', 'this is a drill'],
  ['the address of the faults', 'GET /fault says'],
  ['what really happens', 'One instance fails its customers while its health check says OK'],
])('%s in what an agent read is a leak', (_, read) => {
  expect(findLeaks(drill, steps, `before ${read} after`)).toHaveLength(1)
})

it.each(['http_errors_total', 'drilled through', '/faults are', 'errors of one instance'])('"%s" is none', (read) => {
  expect(findLeaks(drill, steps, read)).toEqual([])
})

it("PostgreSQL's own words for its slots are none", async () => {
  const [taken] = selectDrills(await loadDrills([OWN_DRILLS]), ['16'])
  if (!taken) throw new Error('there is no drill 16')
  const { steps: taking } = planDrill(taken, 1, [8001, 8002])
  expect(findLeaks(taken, taking, '{"max_connections":60,"used":55,"free":0}')).toEqual([])
})
