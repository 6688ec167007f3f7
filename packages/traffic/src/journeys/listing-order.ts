/**
 * The id that follows in a list of "1" to `keyspace` in the order of texts, as `GET /items` gives them ("1", "10", "100", "101", "11", …);
 * undefined after the last.
 */
export function nextInListing(id: number, keyspace: number): number | undefined {
  if (id * 10 <= keyspace) return id * 10
  let next = id
  while (next % 10 === 9 || next + 1 > keyspace) {
    next = Math.floor(next / 10)
    if (next === 0) return undefined
  }
  return next + 1
}
