import type { Drill } from '../drill.ts'

/** The drills, a line each; as JSON lines for programs. */
export function listDrills(drills: readonly Drill[], json: boolean): string {
  if (json)
    return drills
      .map(({ id, name, says, sets, twin, truth, visible }) => JSON.stringify({ id, name, says, sets, twin, truth, visible }))
      .join('\n')
  const lines = drills.map(({ id, name, says, sets, twin }) => {
    const marks = [...sets, ...(twin === undefined ? [] : [`twin of ${twin}`])].join(', ')
    return `${String(id).padStart(3)}  ${name.padEnd(24)}  ${marks.padEnd(18)}  ${says}`
  })
  return [...lines, '', `${drills.length} drills; smoke: ${countOf(drills, 'smoke')}, hard: ${countOf(drills, 'hard')}`].join('\n')
}

function countOf(drills: readonly Drill[], set: 'smoke' | 'hard'): number {
  return drills.filter(({ sets }) => sets.includes(set)).length
}
