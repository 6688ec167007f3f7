import { expect, it } from 'vitest'
import { chooseContenders } from '../contenders/contenders.ts'
import { loadDrills, OWN_DRILLS } from '../load-drills.ts'
import { selectDrills } from '../select-drills.ts'
import { jobsOf } from './run-drills.ts'

it('whoever acts has a lab of its own; those that only look share one, round after round with the next seed', async () => {
  const drills = selectDrills(await loadDrills([OWN_DRILLS]), ['11', '23'])
  const jobs = jobsOf({ drills, contenders: chooseContenders('everybody', undefined), seed: 7, runs: 2 })
  expect(jobs).toHaveLength(2 * 2 * 5)
  expect(jobs.slice(0, 5).map(({ contender, beside }) => [contender.name, ...beside.map(({ name }) => name)])).toEqual([
    ['lab'],
    ['always-restart'],
    ['always-roll-back'],
    ['last-change'],
    ['do-nothing', 'loudest-log-line', 'n-sigma'],
  ])
  expect(jobs.map(({ drill, seed, round }) => `${drill.id} ${seed} ${round}`).filter((_, index) => index % 5 === 0)).toEqual([
    '11 7 1',
    '23 7 1',
    '11 8 2',
    '23 8 2',
  ])
})
