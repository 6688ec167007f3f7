import type { Redact } from './redact.ts'

declare const guarded: unique symbol
/** A way out of the process, or to its disk, that nothing passes unredacted. Whoever takes a `Guarded` cannot be given anything else. */
export type Guarded<T> = T & { readonly [guarded]: true }

/**
 * Wraps a port so that every text in every argument of every method is redacted, also of methods that will be added; of ports within it too, and of
 * those that a callback is given (a transaction's).
 */
export function guard<T extends object>(port: T, redact: Redact): Guarded<T> {
  const members = new Map<PropertyKey, { member: unknown; guarded: unknown }>()
  const clean = (arg: unknown): unknown => (typeof arg === 'function' ? withGuardedPorts(arg as Callback, redact) : redactDeep(arg, redact))
  const proxy = new Proxy(port, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target)
      if (typeof member !== 'function' && !isPort(member)) return member
      const known = members.get(name)
      if (known?.member === member) return known.guarded
      const guarded = isPort(member) ? guard(member, redact) : (...args: unknown[]) => (member as Callback).apply(target, args.map(clean))
      members.set(name, { member, guarded })
      return guarded
    },
  })
  return proxy as Guarded<T> // The mark exists for the compiler alone.
}

type Callback = (...args: unknown[]) => unknown

const isPort = (value: unknown): value is object =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).some((each) => typeof each === 'function' || hasMethods(each))
const hasMethods = (value: unknown) =>
  typeof value === 'object' && value !== null && Object.values(value).some((each) => typeof each === 'function')

function withGuardedPorts(callback: Callback, redact: Redact): Callback {
  return (...args) => callback(...args.map((arg) => (isPort(arg) ? guard(arg, redact) : arg)))
}

const HOLDS_SECRET =
  /^(?:.*[_-])?(?:passw(?:or)?d|passphrase|secret|token|api[_-]?key|private[_-]?key|client[_-]?secret|authorization|cookie|set-cookie)$/i

/** The value with every text in it redacted: of lists and plain objects, names included. Everything else (a date, a signal, a function) is passed on as it is. */
export function redactDeep<T>(value: T, redact: Redact): T {
  return walk(value, redact, 0) as T // The same shape, with other texts.
}

/** Deeper than any message of ours; below, the value is dropped, so that nesting cannot exhaust the stack. */
const DEEPEST = 40

function walk(value: unknown, redact: Redact, depth: number): unknown {
  if (typeof value === 'string') return redact(value)
  if (typeof value !== 'object' || value === null) return value
  if (depth > DEEPEST) return '[too deep]'
  if (Array.isArray(value)) return value.map((each) => walk(each, redact, depth + 1))
  if (Object.getPrototypeOf(value) !== Object.prototype && Object.getPrototypeOf(value) !== null) return value
  return walkObject(value, redact, depth)
}

/** The same object where there is nothing to redact: thousands of alerts are handed on without a copy of each. */
function walkObject(value: object, redact: Redact, depth: number): object {
  let isClean = true
  const entries: [string, unknown][] = []
  for (const [name, each] of Object.entries(value)) {
    const cleanName = redact(name)
    const clean = typeof each === 'string' && each !== '' && holdsSecret(name) ? '[redacted]' : walk(each, redact, depth + 1)
    if (cleanName !== name || clean !== each) isClean = false
    entries.push([cleanName, clean])
  }
  return isClean ? value : Object.fromEntries(entries)
}

/** By names that came lately: they are few, and come with each alert. */
const names = new Map<string, boolean>()
const MOST_NAMES = 1_000

function holdsSecret(name: string): boolean {
  const known = names.get(name)
  if (known !== undefined) return known
  if (names.size >= MOST_NAMES) names.clear()
  const holds = HOLDS_SECRET.test(name)
  names.set(name, holds)
  return holds
}
