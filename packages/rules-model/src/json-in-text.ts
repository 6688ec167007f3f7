/** Every JSON object or array that stands in a text, outermost ones only. */
export function jsonValues(text: string): unknown[] {
  const values: unknown[] = []
  let at = 0
  while (at < text.length) {
    const start = text.slice(at).search(/[[{]/)
    if (start < 0) break
    const end = closingPosition(text, at + start)
    const value = end === undefined ? undefined : tryParse(text.slice(at + start, end))
    if (value !== undefined) values.push(value)
    at = value === undefined || end === undefined ? at + start + 1 : end
  }
  return values
}

/** Position after the bracket that closes the one at `start`; strings are skipped. */
function closingPosition(text: string, start: number): number | undefined {
  let depth = 0
  let inString = false
  for (let at = start; at < text.length; at++) {
    const char = text[at]
    if (inString) {
      if (char === '\\') at++
      else if (char === '"') inString = false
    } else if (char === '"') inString = true
    else if (char === '{' || char === '[') depth++
    else if ((char === '}' || char === ']') && --depth === 0) return at + 1
  }
  return undefined
}

/** The value of a JSON text; undefined when it is none. */
export function tryParse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
