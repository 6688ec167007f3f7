/** An alert's expression as the value and what it is compared with; undefined where its last comparison stands within something. */
export function splitComparison(expression: string): { value: string; threshold: string } | undefined {
  let depth = 0
  let quote = ''
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
      if (at) return undefined
      at = { index: i, length }
      i += length - 1
    } else if (depth === 0 && /^(?:and|or|unless)\b/i.test(expression.slice(i, i + 7)) && /[\s)]/.test(expression.charAt(i - 1)))
      return undefined
  }
  if (!at) return undefined
  return { value: expression.slice(0, at.index).trim(), threshold: expression.slice(at.index).trim() }
}
