const MOST_EDITS = 2
const LEAST_PART = 3

/** ` (Did you mean x?)` for the candidates that contain the word or are at most two edits away from it; nothing where there is none. */
export function suggest(word: string, candidates: readonly string[]): string {
  const near = candidates.filter(
    (candidate) => (word.length >= LEAST_PART && candidate.includes(word)) || editsBetween(word, candidate) <= MOST_EDITS,
  )
  return near.length ? ` (Did you mean ${near.join(' or ')}?)` : ''
}

/** Levenshtein's distance: letters added, removed or replaced. */
function editsBetween(one: string, other: string): number {
  if (Math.abs(one.length - other.length) > MOST_EDITS) return MOST_EDITS + 1
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (const [i, letter] of [...one].entries()) {
    const next = [i + 1]
    for (const [j, against] of [...other].entries())
      next.push(Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, (row[j] ?? 0) + (letter === against ? 0 : 1)))
    row = next
  }
  return row.at(-1) ?? 0
}
