/**
 * An alert's expression as the value and what it is compared with; undefined where its comparison stands within something. Of what has to be true at once (`and`, `unless`) the
 * first comparison: its value has a course also where the whole is not true.
 */
export function splitComparison(expression: string): { value: string; threshold: string } | undefined {
  let depth = 0
  let quote = ''
  /** What follows belongs to another condition. */
  let end = false
  let at: { index: number; length: number } | undefined
  for (let i = 0; i < expression.length; i += 1) {
    const char = expression.charAt(i)
    if (quote !== '') {
      if (char === '\\') i += 1
      else if (char === quote) quote = ''
    } else if (char === '"' || char === "'" || char === '`') quote = char
    else if ('([{'.includes(char)) depth += 1
    else if (')]}'.includes(char)) depth -= 1
    else if (depth === 0 && /^(?:>=|<=|==|!=|>|<)/.test(expression.slice(i, i + 2))) {
      const length = /^[><=!]=/.test(expression.slice(i, i + 2)) ? 2 : 1
      if (end) continue
      if (at) return undefined
      at = { index: i, length }
      i += length - 1
    } else if (depth === 0 && /[\s)]/.test(expression.charAt(i - 1))) {
      const rest = expression.slice(i, i + 7)
      if (/^or\b/i.test(rest)) return undefined
      if (!end && /^(?:and|unless)\b/i.test(rest)) {
        if (!at) return undefined
        end = true
      }
    }
  }
  if (!at) return undefined
  return { value: expression.slice(0, at.index).trim(), threshold: expression.slice(at.index).trim() }
}
