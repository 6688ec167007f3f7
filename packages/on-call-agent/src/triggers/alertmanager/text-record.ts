/** Labels and annotations that are kept of one alert. */
const ENTRIES = 100
const NAME_CHARS = 200
const VALUE_CHARS = 4_000

/** Names and values as texts, cut to size; a value that is no text is written as JSON. Anything but an object is empty. */
export function textRecord(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {}
  const entries = Object.entries(value).slice(0, ENTRIES)
  return Object.fromEntries(
    entries.flatMap(([name, each]) =>
      each === null || each === undefined ? [] : [[shortText(name, NAME_CHARS), shortText(asText(each), VALUE_CHARS)]],
    ),
  )
}

/** At most so many characters, the last one an ellipsis when it was cut; never half a character. */
export function shortText(text: string, chars: number): string {
  if (text.length <= chars) return text
  const end = isHighSurrogate(text.charCodeAt(chars - 2)) ? chars - 2 : chars - 1
  return `${text.slice(0, end)}…`
}

const isHighSurrogate = (code: number) => code >= 0xd800 && code <= 0xdbff

const asText = (value: unknown): string => (typeof value === 'string' ? value : asJson(value))

/** A value of a JSON text, as JSON again; for what is nested deeper than the stack allows, the text of `otherwise`. */
export function asJson(value: unknown, otherwise: () => string = () => '[too deep]'): string {
  try {
    return JSON.stringify(value)
  } catch {
    return otherwise()
  }
}
