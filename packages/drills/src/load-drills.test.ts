import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FLEET_FAULTS, SETTINGS } from '@oncall-lab/process-manager/api'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { writeNewDrill } from './commands/new-drill.ts'
import { componentsNamed } from './component.ts'
import { loadDrills, OWN_DRILLS, readDrill } from './load-drills.ts'
import { planDrill } from './run/plan.ts'
import { selectDrills } from './select-drills.ts'

const drills = await loadDrills([OWN_DRILLS])
const PORTS = [8001, 8002, 8003]

describe.each(drills)('drill $id, $name', (drill) => {
  it('uses faults and settings that there are', () => {
    const variants = (drill.variants ?? []).flatMap(({ before, after }) => [...before, ...after])
    for (const step of [...drill.before, ...drill.breaks, ...variants]) {
      if (step.do === 'fault') expect([...FLEET_FAULTS.map(({ mode }) => mode as string), 'none']).toContain(step.mode)
      if (step.do === 'set') expect(SETTINGS).toContainEqual(expect.objectContaining({ component: step.component, setting: step.setting }))
    }
  })

  it('says why, where several causes or components are right, and refuses each of them where it is said of something else', () => {
    const { causes, components, why } = drill.truth
    const others = [...causes.slice(1), ...components.slice(1)]
    expect(why !== undefined).toBe(others.length > 0)
    const named = drill.controls.wrong.flatMap(({ cause, component }) => [cause, ...componentsNamed(component ?? '')])
    for (const other of others) expect(named).toContain(other)
  })

  it('names a twin that names it, when that one is there', () => {
    const twin = drills.find(({ id }) => id === drill.twin)
    if (twin) expect(twin.twin).toBe(drill.id)
  })

  it('plays one of its variants, in turn by the seed', () => {
    const counts = [1, 2, 3].map((seed) => planDrill(drill, seed, PORTS).steps.length)
    const own = drill.before.length + drill.breaks.length
    const more = [1, 2, 3]
      .map((seed) => drill.variants?.[seed % drill.variants.length])
      .map((one) => (one ? one.before.length + one.after.length : 0))
    expect(counts).toEqual(more.map((steps) => own + steps))
  })

  it('is planned the same for the same seed', () => {
    expect(planDrill(drill, 5, PORTS)).toEqual(planDrill(drill, 5, PORTS))
  })
})

describe('a folder of drills', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'drills-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('takes a drill as `drill new` writes it, beside those of the repository', async () => {
    expect(writeNewDrill(folder, 501, 'my-own')).toContain('501-my-own.ts is written')
    expect((await loadDrills([OWN_DRILLS, folder])).map(({ id }) => id)).toContain(501)
    expect(() => writeNewDrill(folder, 501, 'my-own')).toThrow('is there already')
  })

  it('tells every file that cannot be used, and why', async () => {
    const path = join(folder, '502-other.ts')
    writeNewDrill(folder, 502, 'other')
    writeFileSync(path, readFileSync(path, 'utf8').replace("cause: 'database_down'", "cause: 'gremlins'"))
    writeFileSync(join(folder, '503-empty.ts'), 'export const nothing = 1\n')
    await expect(loadDrills([folder])).rejects.toThrow(/502-other\.ts: controls[^\n]*\n[^\n]*503-empty\.ts: it has no default export/)
  })

  it('is told when it is not there', async () => {
    await expect(loadDrills([join(folder, 'none')])).rejects.toThrow('There is no folder of drills')
  })
})

it('a drill whose file has another name than it is refused', () => {
  const [first] = drills
  expect(readDrill(first, '99-else.ts')).toContain('has to be called 01-test-alert.ts')
})

it('drills are named by id, by name and by set, in the order of their ids', () => {
  expect(selectDrills(drills, ['23', 'null-dereference']).map(({ id }) => id)).toEqual([6, 23])
  expect(selectDrills(drills, ['smoke']).map(({ id }) => id)).toEqual([1, 3, 6, 11, 16, 17, 23, 33])
  expect(() => selectDrills(drills, ['24x'])).toThrow('There is no drill "24x"')
})
