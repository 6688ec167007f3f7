import { parser } from '@prometheus-io/lezer-promql'
import { FASTER } from './clock.ts'
import { shortenDuration } from './shorten-duration.ts'

/** A node of the syntax tree, with the text that it stands for. */
interface Node {
  name: string
  text: string
  from: number
  to: number
  children: Node[]
}

/** What is written over part of an expression. */
interface Edit {
  from: number
  to: number
  text: string
}

/**
 * Dimensions: how a quantity grows when everything happens in a fifth of the time. A count or a ratio does not (0), a rate is five times as high (1),
 * a length of time a fifth (-1).
 */
export type Dimensions = ReadonlyMap<string, number>

/** Seconds of the clock, and not the time that a request takes, which is what it is on any clock. */
const CLOCK_METRICS: Dimensions = new Map([
  ['process_cpu_seconds_total', -1],
  ['process_start_time_seconds', -1],
])

const PER_SECOND = ['rate', 'irate', 'deriv']
const OF_NO_DIMENSION = ['histogram_quantile', 'count_over_time', 'absent', 'absent_over_time', 'vector']
const COMPARISONS = ['Gtr', 'Lss', 'Gte', 'Lte', 'Eql', 'Neq']

/**
 * A PromQL expression for the fast clock: each window and offset is a fifth, so it holds as many scrapes as usual, and each number that a rate or a length
 * of time is compared with is five times as high, or a fifth: so each limit stands for as many events in the window as usual.
 */
export function shortenExpression(expression: string, recorded: Dimensions): string {
  const edits: Edit[] = [...expression.matchAll(OFFSET)].map((match) => {
    const [whole, before = '', duration = ''] = match
    return { from: match.index, to: match.index + whole.length, text: before + shortenDuration(duration) }
  })
  visit(parse(expression), (node) => {
    if (node.name === 'NumberDurationLiteralInDurationContext') edits.push({ ...place(node), text: shortenDuration(node.text) })
    if (node.name === 'BinaryExpr') edits.push(...scaleLimit(node, recorded))
  })
  return edits
    .toSorted((a, b) => b.from - a.from)
    .reduce((text, { from, to, text: by }) => text.slice(0, from) + by + text.slice(to), expression)
}

/** The dimension of a whole expression, for the name under which it is recorded. */
export function dimensionOf(expression: string, recorded: Dimensions): number {
  return dimension(parse(expression), recorded)
}

/** The metrics that an expression reads. */
export function metricsOf(expression: string): string[] {
  const names: string[] = []
  visit(parse(expression), ({ name, text }) => name === 'Identifier' && names.push(text))
  return names
}

/** The grammar, made for editors, takes an offset for one of the whole expression before it: it is left out of the tree. */
const OFFSET = /(\boffset\s+-?)([\dsmhd]+)/g

function parse(text: string): Node {
  const open: Node[] = [{ name: '', text, from: 0, to: text.length, children: [] }]
  parser.parse(text.replaceAll(OFFSET, (offset) => ' '.repeat(offset.length))).iterate({
    enter({ name, from, to }) {
      const node: Node = { name, from, to, text: text.slice(from, to), children: [] }
      if (name === '⚠') throw new Error(`PromQL that cannot be read at ${from}: ${text}`)
      open.at(-1)?.children.push(node)
      open.push(node)
    },
    leave: () => void open.pop(),
  })
  const [root] = open
  if (!root) throw new Error('the root was closed')
  return root
}

function visit(node: Node, act: (node: Node) => void): void {
  act(node)
  for (const child of node.children) visit(child, act)
}

function place({ from, to }: Node) {
  return { from, to }
}

function scaleLimit(node: Node, recorded: Dimensions): Edit[] {
  const operator = node.children.find(({ name }) => COMPARISONS.includes(name))
  const [left, right] = [node.children[0], node.children.at(-1)]
  if (!operator || !left || !right) return []
  const limit = [left, right].find(isNumber)
  if (!limit) return []
  const power = dimension(limit === left ? right : left, recorded)
  const scaled = Number(limit.text) * FASTER ** power
  return scaled === Number(limit.text) ? [] : [{ ...place(limit), text: String(scaled) }]
}

function isNumber({ name, text }: Node): boolean {
  return name === 'NumberDurationLiteral' && Number.isFinite(Number(text))
}

function dimension(node: Node, recorded: Dimensions): number {
  const inner = () => node.children.map((child) => dimension(child, recorded))
  switch (node.name) {
    case 'VectorSelector': {
      const metric = node.children[0]?.text ?? ''
      return recorded.get(metric) ?? CLOCK_METRICS.get(metric) ?? 0
    }
    case 'BinaryExpr':
      return dimensionOfBinary(node, recorded)
    case 'AggregateExpr':
      return /^(count|count_values|group)$/.test(node.children[0]?.text ?? '') ? 0 : (inner().at(-1) ?? 0)
    case 'FunctionCall': {
      const called = node.children[0]?.text ?? ''
      if (called === 'time') return -1
      if (OF_NO_DIMENSION.includes(called)) return 0
      return (inner().at(-1) ?? 0) + (PER_SECOND.includes(called) ? 1 : 0)
    }
    default:
      // The first that has one: the vector among the arguments of a function, what stands in parentheses.
      return inner().find((each) => each !== 0) ?? 0
  }
}

function dimensionOfBinary({ children }: Node, recorded: Dimensions): number {
  const [left, right] = [children[0], children.at(-1)].map((side) => (side ? dimension(side, recorded) : 0))
  const operator = children[1]?.name
  if (operator === 'Mul') return (left ?? 0) + (right ?? 0)
  if (operator === 'Div') return (left ?? 0) - (right ?? 0)
  return left || right || 0
}
