/** JSON values without end, the same for the same seed. */
export function createAnyJson(seed: number) {
  let state = seed
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T // No list here is empty.
  const value = (depth = 0): unknown => {
    if (depth > 3 || random() < 0.5) return pick(LEAVES)
    const size = Math.floor(random() * 4)
    if (random() < 0.5) return Array.from({ length: size }, () => value(depth + 1))
    return Object.fromEntries(Array.from({ length: size }, () => [pick(NAMES), value(depth + 1)]))
  }
  /** The same value with one part of it exchanged, left out or doubled. */
  const mutate = (given: unknown): unknown => {
    if (typeof given !== 'object' || given === null || random() < 0.15) return value()
    const at = Math.floor(random() * Math.max(1, Object.keys(given).length))
    if (Array.isArray(given)) {
      if (random() < 0.2) return [...given, ...given]
      return random() < 0.2 ? given.filter((_, i) => i !== at) : given.map((each, i) => (i === at ? mutate(each) : each))
    }
    const entries = Object.entries(given)
    if (random() < 0.2) return Object.fromEntries(entries.filter((_, i) => i !== at))
    return Object.fromEntries(entries.map(([name, each], i) => [name, i === at ? mutate(each) : each]))
  }
  return { random, pick, value, mutate }
}

const LEAVES = [null, true, false, 0, -1, 1e308, '', 'x', '{"a":', '\ud800', '\0', 'fetch_logs', 'assistant', 'a'.repeat(500), [], {}]
const NAMES = ['role', 'content', 'tool_calls', 'function', 'name', 'arguments', 'id', 'type', 'text', 'choices', 'message', 'output', '__proto__', 'toString'] // biome-ignore format: names.
