import type { Drill } from '../drill.ts'
import type { Snapshot } from '../lab/snapshot.ts'

/**
 * What became of rows: those that are gone, reservations that are other ones than before, and rows in quarantine that nothing was wrong with. `broken` is the one row that may be there: a row in quarantine is
 * not lost.
 */
export function findRowHarm(broken: Drill['truth']['row'], before: Snapshot['facts'], after: Snapshot['facts']): string[] {
  const counts = ['items', 'reservations', 'content of reservations'].flatMap((fact) =>
    fact in after && fact in before && after[fact] !== before[fact] ? [`${fact}: ${before[fact]} before, ${after[fact]} after`] : [],
  )
  const were = quarantinedIn(before)
  const right = broken && `${broken.table} ${broken.key}`
  const wrong = quarantinedIn(after).filter((row) => !were.includes(row) && row !== right)
  return [...counts, ...wrong.map((row) => `${row}: set aside, and nothing was wrong with it`)]
}

/** As JSON text, or absent where the database did not answer. */
function quarantinedIn({ 'rows in quarantine': text = 'null' }: Snapshot['facts']): string[] {
  const list: unknown = JSON.parse(text)
  return typeof list === 'string' ? list.split(', ') : []
}
