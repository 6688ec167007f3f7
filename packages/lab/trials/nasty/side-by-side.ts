/** How many requests are under way at a time. */
const WIDTH = 10

/** Does the work for each of them, a few at a time. */
export async function sideBySide<T>(all: Iterable<T>, work: (one: T) => Promise<void>): Promise<void> {
  const left = all[Symbol.iterator]()
  const worker = async () => {
    for (let next = left.next(); !next.done; next = left.next()) await work(next.value)
  }
  await Promise.all(Array.from({ length: WIDTH }, worker))
}
