/** The two sides of a division in PromQL. */
export interface Division {
  dividend: string
  divisor: string
}

/** The outermost division of an expression, its comparison and outer factors left away; undefined when it has none, or more than one. */
export function divisionIn(expression: string): Division | undefined {
  const text = withoutBrackets(beforeComparison(expression))
  const slashes = topLevel(text, (at) => text.charAt(at) === '/')
  const [at] = slashes
  if (at === undefined) return insideOf(text)
  if (slashes.length > 1) return undefined
  const [left, right] = [
    text.slice(0, at),
    text.slice(at + 1).replace(/^\s*(on|ignoring)\s*\([^)]*\)(\s*group_(left|right)(\s*\([^)]*\))?)?/, ''),
  ]
  return { dividend: lastFactor(left), divisor: withoutSummands(right).trim() }
}

/** `100 * (a / b)`: the division is in the brackets. */
function insideOf(text: string): Division | undefined {
  const found = /^\s*(?:[\d.]+\s*[*-]\s*)?\((.*)\)\s*$/s.exec(text)?.[1]
  return found === undefined || found === text ? undefined : divisionIn(found)
}

/** `a / b - 1`: what is added or taken away is no part of the divisor. */
function withoutSummands(text: string): string {
  const [at] = topLevel(text, (index) => /^\s[+-]\s/.test(text.slice(index, index + 3)))
  return text.slice(0, at)
}

const lastFactor = (text: string) => text.replace(/^\s*[\d.]+\s*[*-]\s*/, '').trim()

function beforeComparison(expression: string): string {
  const [at] = topLevel(expression, (index) => /^(?:>=|<=|==|!=|>|<)/.test(expression.slice(index, index + 2)))
  const [word] = topLevel(expression, (index) => /^\s(?:and|or|unless)\s/.test(expression.slice(index, index + 8)))
  return expression.slice(0, Math.min(at ?? expression.length, word ?? expression.length)).trim()
}

/** `(a / b)` as `a / b`, where the brackets are one pair around all. */
function withoutBrackets(text: string): string {
  const trimmed = text.trim()
  const isWrapped = trimmed.startsWith('(') && trimmed.endsWith(')') && topLevel(trimmed, () => true).length === 0 && closesAtEnd(trimmed)
  return isWrapped ? withoutBrackets(trimmed.slice(1, -1)) : trimmed
}

function closesAtEnd(text: string): boolean {
  let depth = 0
  for (let i = 0; i < text.length - 1; i += 1) {
    if (text.charAt(i) === '(') depth += 1
    if (text.charAt(i) === ')') depth -= 1
    if (depth === 0) return false
  }
  return true
}

/** The places outside of brackets, strings and label matchers that fit. */
function topLevel(text: string, fits: (index: number) => boolean): number[] {
  const found: number[] = []
  let depth = 0
  let quote = ''
  for (let i = 0; i < text.length; i += 1) {
    const char = text.charAt(i)
    if (quote !== '') {
      if (char === '\\') i += 1
      else if (char === quote) quote = ''
    } else if ('"\'`'.includes(char)) quote = char
    else if ('([{'.includes(char)) depth += 1
    else if (')]}'.includes(char)) depth -= 1
    else if (depth === 0 && fits(i)) found.push(i)
  }
  return found
}
