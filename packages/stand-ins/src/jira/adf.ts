/** A node of the Atlassian Document Format (https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/). */
export interface AdfNode {
  type: string
  text?: string
  content?: AdfNode[]
  attrs?: Record<string, unknown>
  marks?: { type: string; attrs?: Record<string, unknown> }[]
}

/** What one kind of node demands. */
interface NodeRule {
  /** The types that may stand inside; absent where nothing may. */
  holds?: readonly string[]
  /** At least so many children. */
  least?: number
  attrs?: Record<string, (value: unknown) => boolean>
}

const words = (text: string) => text.split(' ')
const isText = (value: unknown) => typeof value === 'string'
const isFilled = (value: unknown) => typeof value === 'string' && value !== ''
const oneOf =
  (...values: unknown[]) =>
  (value: unknown) =>
    values.includes(value)

const INLINE = words('text hardBreak mention emoji inlineCard date status')
const PLAIN_BLOCKS = words('paragraph bulletList orderedList codeBlock mediaSingle mediaGroup taskList')
const CELL = [...PLAIN_BLOCKS, ...words('blockquote decisionList heading nestedExpand panel rule blockCard')]
const TOP = [...CELL.filter((type) => type !== 'nestedExpand'), 'table', 'expand']

/** The nodes that a description or a comment may hold, after the pages of the format. Rules of our own: the official schema was not compared. */
const NODES: Record<string, NodeRule> = {
  doc: { holds: TOP },
  paragraph: { holds: INLINE },
  heading: { holds: INLINE, attrs: { level: oneOf(1, 2, 3, 4, 5, 6) } },
  bulletList: { holds: ['listItem'], least: 1 },
  orderedList: { holds: ['listItem'], least: 1 },
  listItem: { holds: PLAIN_BLOCKS, least: 1 },
  codeBlock: { holds: ['text'] },
  blockquote: { holds: words('paragraph bulletList orderedList codeBlock mediaSingle mediaGroup'), least: 1 },
  panel: {
    holds: [...words('paragraph heading blockCard rule taskList decisionList'), ...PLAIN_BLOCKS],
    least: 1,
    attrs: { panelType: oneOf('info', 'note', 'tip', 'warning', 'error', 'success', 'custom') },
  },
  rule: {},
  table: { holds: ['tableRow'], least: 1 },
  tableRow: { holds: words('tableHeader tableCell') },
  tableHeader: { holds: CELL, least: 1 },
  tableCell: { holds: CELL, least: 1 },
  expand: { holds: [...CELL, 'table'], least: 1 },
  nestedExpand: { holds: [...words('paragraph heading blockquote panel'), ...PLAIN_BLOCKS], least: 1 },
  taskList: { holds: words('taskItem taskList'), least: 1, attrs: { localId: isText } },
  taskItem: { holds: INLINE, attrs: { localId: isText, state: oneOf('TODO', 'DONE') } },
  decisionList: { holds: ['decisionItem'], least: 1, attrs: { localId: isText } },
  decisionItem: { holds: INLINE, attrs: { localId: isText, state: isText } },
  mediaSingle: { holds: words('media caption'), least: 1 },
  caption: { holds: INLINE },
  mediaGroup: { holds: ['media'], least: 1 },
  media: { attrs: { type: oneOf('file', 'link', 'external') } },
  blockCard: { attrs: { url: isText } },
  inlineCard: { attrs: { url: isText } },
  text: {},
  hardBreak: {},
  mention: { attrs: { id: isText } },
  emoji: { attrs: { shortName: isText } },
  date: { attrs: { timestamp: isFilled } },
  status: { attrs: { text: isFilled, color: oneOf('neutral', 'purple', 'blue', 'red', 'yellow', 'green') } },
}

const MARKS: Record<string, NodeRule['attrs']> = {
  strong: {},
  em: {},
  code: {},
  strike: {},
  underline: {},
  link: { href: isText },
  subsup: { type: oneOf('sub', 'sup') },
  textColor: { color: (value) => typeof value === 'string' && /^#[0-9a-f]{6}$/i.test(value) },
  backgroundColor: { color: (value) => typeof value === 'string' && /^#[0-9a-f]{6}$/i.test(value) },
}
const DEEPEST = 30

/** Is this a whole document: `{type: 'doc', version: 1, content: […]}` of nodes that stand where they may, with the attributes that they need? */
export function isAdfDocument(value: unknown): value is AdfNode {
  return isRecord(value) && value.type === 'doc' && value.version === 1 && Array.isArray(value.content) && isNode(value, 0)
}

function isNode(value: unknown, depth: number): boolean {
  if (!isRecord(value) || depth > DEEPEST) return false
  const { type, text, content, attrs, marks } = value
  const rule = typeof type === 'string' && Object.hasOwn(NODES, type) ? NODES[type] : undefined
  if (!rule || !hasAttributes(attrs, rule.attrs)) return false
  if (type === 'text' ? typeof text !== 'string' || text === '' : text !== undefined) return false
  if (marks !== undefined && !(Array.isArray(marks) && marks.every(isMark) && isMarkable(type, marks))) return false
  if (content === undefined) return (rule.least ?? 0) === 0
  if (!Array.isArray(content) || content.length < (rule.least ?? 0)) return false
  return content.every((node) => isRecord(node) && rule.holds?.includes(String(node.type)) && isNode(node, depth + 1))
}

function isMark(mark: unknown): boolean {
  if (!isRecord(mark) || typeof mark.type !== 'string' || !Object.hasOwn(MARKS, mark.type)) return false
  return hasAttributes(mark.attrs, MARKS[mark.type])
}

/** Code goes with links only. */
function isMarkable(type: unknown, marks: unknown[]): boolean {
  const names = marks.map((mark) => (isRecord(mark) ? mark.type : undefined))
  if (marks.length > 0 && type !== 'text') return false
  return !names.includes('code') || names.every((name) => name === 'code' || name === 'link')
}

function hasAttributes(attrs: unknown, wanted: NodeRule['attrs'] = {}): boolean {
  if (attrs !== undefined && !isRecord(attrs)) return false
  return Object.entries(wanted).every(([name, accepts]) => accepts(isRecord(attrs) ? attrs[name] : undefined))
}

/** The characters of a document's text nodes, as Jira counts them for its limit. */
export function adfLength({ text = '', content = [] }: AdfNode): number {
  return content.reduce((sum, node) => sum + adfLength(node), text.length)
}

/** The characters of a document's text nodes, with a blank between them. */
export function adfText({ text = '', content = [] }: AdfNode): string {
  return [text, ...content.map(adfText)].filter(Boolean).join(' ')
}

/** Is this an object that is no list? */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
