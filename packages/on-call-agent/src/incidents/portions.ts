import type { ReceivedAlert } from './received-alert.ts'

/** So many alerts, or of long ones so many characters, are handled before other work of the process gets its turn. */
const AT_ONCE = 200
const CHARS_AT_ONCE = 65_536

/** The alerts in their order, in portions that each take a few milliseconds. */
export function* portionsOf(alerts: ReceivedAlert[]): Generator<ReceivedAlert[]> {
  let some: ReceivedAlert[] = []
  let chars = 0
  for (const alert of alerts) {
    const own = charsOf(alert)
    if (some.length > 0 && (some.length === AT_ONCE || chars + own > CHARS_AT_ONCE)) {
      yield some
      some = []
      chars = 0
    }
    some.push(alert)
    chars += own
  }
  if (some.length > 0) yield some
}

const charsOf = ({ labels, annotations }: ReceivedAlert) =>
  [labels, annotations].flatMap(Object.values<string>).reduce((sum, { length }) => sum + length, 0)
