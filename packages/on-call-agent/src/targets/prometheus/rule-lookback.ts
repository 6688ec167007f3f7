import { parser } from '@prometheus-io/lezer-promql'

type Node = ReturnType<typeof parser.parse>['topNode']

/** How far what stands under a name looks back, in seconds: 0 for what is scraped. `ALERTS` also names the alert. */
export type LookbackOfName = (metric: string, alertname: string | undefined) => number

/**
 * How far a PromQL expression looks back, in seconds: the longest way from now to a sample that it reads, over ranges, subqueries, offsets, the rules that it reads, and `time() - x < 300`. An instant
 * selector reads the newest sample, which is 0. Of several conditions the longest counts, for nobody can tell which of them ends with the trouble.
 * @throws Error for PromQL that cannot be read.
 */
export function lookbackOf(expression: string, ofName: LookbackOfName = () => 0): number {
  return Math.max(0, reach({ text: expression, ofName }, parser.parse(expression).topNode, 0))
}

interface Reading {
  text: string
  ofName: LookbackOfName
}

/** The grammar, made for editors, takes `a / b offset 5m` for an offset of both: `shift` goes down to what stands before the word. */
function reach(reading: Reading, node: Node, shift: number): number {
  const children = childrenOf(node)
  const [first, second] = children
  const last = children.at(-1)
  if (node.type.isError) throw new Error(`PromQL that cannot be read at ${node.from}: ${reading.text}`)
  switch (node.name) {
    case 'OffsetExpr':
      return first && last ? reach(reading, first, shift + duration(reading, last)) : shift
    case 'VectorSelector':
      return Math.max(0, shift + reading.ofName(metricOf(reading, node), labelOf(reading, node, 'alertname')))
    case 'MatrixSelector':
    case 'SubqueryExpr':
      return first && second ? Math.max(0, reach(reading, first, 0) + duration(reading, second) + shift) : shift
    case 'BinaryExpr':
      return Math.max(ageLimit(reading, node), ...children.map((each) => reach(reading, each, each === last ? shift : 0)))
    default:
      return Math.max(0, ...children.map((each) => reach(reading, each, each === last ? shift : 0)))
  }
}

function childrenOf(node: Node): Node[] {
  const children: Node[] = []
  for (let child = node.firstChild; child; child = child.nextSibling) children.push(child)
  return children
}

const textOf = ({ text }: Reading, { from, to }: Node) => text.slice(from, to)

/** `5m`, `1m30s`, `300`, `-5m`, `1m + 30s`. */
function duration(reading: Reading, node: Node): number {
  const children = childrenOf(node)
  const [first, operator, second] = children
  if (!first) return literal(textOf(reading, node))
  if (first.name === 'UnaryOp' && operator) return (textOf(reading, first) === '-' ? -1 : 1) * duration(reading, operator)
  if (!operator) return duration(reading, first)
  if (second && operator.name in ARITHMETIC) return ARITHMETIC[operator.name]?.(duration(reading, first), duration(reading, second)) ?? 0
  throw new Error(`A duration that cannot be read: ${textOf(reading, node)}`)
}

const ARITHMETIC: Record<string, (left: number, right: number) => number> = {
  Add: (left, right) => left + right,
  Sub: (left, right) => left - right,
  Mul: (left, right) => left * right,
  Div: (left, right) => left / right,
}

const UNIT_SECONDS: Record<string, number> = { ms: 0.001, s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800, y: 31_536_000 }

/** A token of the grammar: a number of seconds, or counts with their units. */
function literal(text: string): number {
  if (Number.isFinite(Number(text))) return Number(text)
  const parts = [...text.matchAll(/(\d{1,12})(ms|[smhdwy])/g)]
  if (parts.map(([part]) => part).join('') !== text) throw new Error(`A duration that cannot be read: ${text}`)
  return parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (UNIT_SECONDS[unit] ?? 0), 0)
}

/** `time() - x < 300` is true for 300 s after x. */
function ageLimit(reading: Reading, node: Node): number {
  const [left, operator, right] = [node.firstChild, node.firstChild?.nextSibling, node.lastChild]
  if (!left || !right || !operator) return 0
  const isLess = operator.name === 'Lss' || operator.name === 'Lte'
  const isMore = operator.name === 'Gtr' || operator.name === 'Gte'
  const [age, limit] = isLess ? [left, right] : isMore ? [right, left] : []
  if (!age || limit?.name !== 'NumberDurationLiteral' || !asksTheTime(age)) return 0
  return literal(textOf(reading, limit))
}

function asksTheTime(node: Node): boolean {
  return node.name === 'Time' || childrenOf(node).some(asksTheTime)
}

function metricOf(reading: Reading, selector: Node): string {
  const name = selector.getChild('Identifier')
  return name ? textOf(reading, name) : (labelOf(reading, selector, '__name__') ?? '')
}

/** The value that a selector wants a label to have, of `{label="value"}`. */
function labelOf(reading: Reading, selector: Node, label: string): string | undefined {
  for (const matcher of selector.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? []) {
    const [name, operator, value] = childrenOf(matcher).map((part) => textOf(reading, part))
    if (name === label && operator === '=') return value?.slice(1, -1)
  }
  return undefined
}
