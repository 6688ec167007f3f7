/** A node of the Atlassian Document Format (https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/). */
export interface AdfNode {
  type: string
  text?: string
  content?: AdfNode[]
  attrs?: Record<string, unknown>
  marks?: { type: string; attrs?: Record<string, unknown> }[]
}

type Attributes = Record<string, (value: unknown) => boolean>

/** What one kind of node demands. */
interface NodeRule {
  /** The types that may stand inside; absent where nothing may. */
  holds?: readonly string[]
  /** At least so many children. */
  least?: number
  /** It has all of these. */
  attrs?: Attributes
  /** It may have these, and a `localId`; no others. */
  may?: Attributes
  /** It has attributes, if only none. */
  needsAttrs?: boolean
  /** Its text has no marks. */
  isPlain?: boolean
  /** Marks of the whole block. */
  marks?: readonly string[]
}

const words = (text: string) => text.split(' ')
const isText = (value: unknown) => typeof value === 'string'
const isFilled = (value: unknown) => typeof value === 'string' && value !== ''
const isNumber = (value: unknown) => typeof value === 'number'
const isBoolean = (value: unknown) => typeof value === 'boolean'
const isOrder = (value: unknown) => typeof value === 'number' && value >= 0
const oneOf =
  (...values: unknown[]) =>
  (value: unknown) =>
    values.includes(value)

const INLINE = words('text hardBreak mention emoji inlineCard date status')
const PLAIN_BLOCKS = words('paragraph bulletList orderedList codeBlock mediaSingle mediaGroup taskList')
const CELL = [...PLAIN_BLOCKS, ...words('blockquote decisionList heading nestedExpand panel rule blockCard')]
const TOP = [...CELL.filter((type) => type !== 'nestedExpand'), 'table', 'expand']

const BLOCK_MARKS = words('alignment indentation')
const OF_CELL: Attributes = {
  colspan: isNumber,
  rowspan: isNumber,
  colwidth: Array.isArray,
  background: isText,
  valign: oneOf('top', 'middle', 'bottom'),
}
/** Members of a node. */
const MEMBERS = words('type text content attrs marks version')

/** The nodes that a description or a comment may hold; `adf.test.ts` compares them with the official schema. */
const NODES: Record<string, NodeRule> = {
  doc: { holds: TOP },
  paragraph: { holds: INLINE, marks: BLOCK_MARKS },
  heading: { holds: INLINE, attrs: { level: oneOf(1, 2, 3, 4, 5, 6) }, marks: BLOCK_MARKS },
  bulletList: { holds: ['listItem'], least: 1 },
  orderedList: { holds: ['listItem'], least: 1, may: { order: isOrder } },
  listItem: { holds: PLAIN_BLOCKS, least: 1 },
  codeBlock: {
    holds: ['text'],
    isPlain: true,
    may: { language: isText, uniqueId: isText, wrap: isBoolean, hideLineNumbers: isBoolean },
  },
  blockquote: { holds: words('paragraph bulletList orderedList codeBlock mediaSingle mediaGroup'), least: 1 },
  panel: {
    holds: [...words('paragraph heading blockCard rule taskList decisionList'), ...PLAIN_BLOCKS],
    least: 1,
    attrs: { panelType: oneOf('info', 'note', 'tip', 'warning', 'error', 'success', 'custom') },
    may: { panelIcon: isText, panelIconId: isText, panelIconText: isText, panelColor: isText },
  },
  rule: {},
  table: {
    holds: ['tableRow'],
    least: 1,
    may: { displayMode: oneOf('default', 'fixed'), isNumberColumnEnabled: isBoolean, layout: isText, width: isNumber },
  },
  tableRow: { holds: words('tableHeader tableCell') },
  tableHeader: { holds: CELL, least: 1, may: OF_CELL },
  tableCell: { holds: CELL, least: 1, may: OF_CELL },
  expand: { holds: [...CELL, 'table'], least: 1, may: { title: isText } },
  nestedExpand: {
    holds: [...words('paragraph heading blockquote panel'), ...PLAIN_BLOCKS],
    least: 1,
    needsAttrs: true,
    may: { title: isText },
  },
  taskList: { holds: words('taskItem taskList'), least: 1, attrs: { localId: isText } },
  taskItem: { holds: INLINE, attrs: { localId: isText, state: oneOf('TODO', 'DONE') } },
  decisionList: { holds: ['decisionItem'], least: 1, attrs: { localId: isText } },
  decisionItem: { holds: INLINE, attrs: { localId: isText, state: isText } },
  mediaSingle: { holds: words('media caption'), least: 1, may: { width: isNumber, layout: isText, widthType: isText } },
  caption: { holds: INLINE },
  mediaGroup: { holds: ['media'], least: 1 },
  media: {
    attrs: { type: oneOf('file', 'link', 'external') },
    may: { id: isText, collection: isText, url: isText, alt: isText, height: isNumber, width: isNumber, occurrenceKey: isText },
  },
  blockCard: { attrs: { url: isText } },
  inlineCard: { attrs: { url: isText } },
  text: {},
  hardBreak: { may: { text: oneOf('\n') } },
  mention: { attrs: { id: isText }, may: { text: isText, accessLevel: isText, userType: oneOf('DEFAULT', 'SPECIAL', 'APP') } },
  emoji: { attrs: { shortName: isText }, may: { id: isText, text: isText } },
  date: { attrs: { timestamp: isFilled } },
  status: { attrs: { text: isFilled, color: oneOf('neutral', 'purple', 'blue', 'red', 'yellow', 'green') }, may: { style: isText } },
}

const MARKS: Record<string, Attributes> = {
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
const OF_LINK: Attributes = { title: isText, id: isText, collection: isText, occurrenceKey: isText }
const DEEPEST = 30

/** Is this a whole document: `{type: 'doc', version: 1, content: […]}` of nodes that stand where they may, with the attributes that they need? */
export function isAdfDocument(value: unknown): value is AdfNode {
  return isRecord(value) && value.type === 'doc' && value.version === 1 && Array.isArray(value.content) && isNode(value, 0)
}

function isNode(value: unknown, depth: number): boolean {
  if (!isRecord(value) || depth > DEEPEST) return false
  const { type, text, content, attrs, marks } = value
  const rule = typeof type === 'string' && Object.hasOwn(NODES, type) ? NODES[type] : undefined
  if (!rule || !hasAttributes(attrs, rule) || !Object.keys(value).every((name) => MEMBERS.includes(name))) return false
  if (type === 'media' && !isMedia(attrs)) return false
  if (type === 'text' ? typeof text !== 'string' || text === '' : text !== undefined) return false
  if (marks !== undefined && !(Array.isArray(marks) && (isMarkedBlock(rule, marks) || (marks.every(isMark) && isMarkable(type, marks)))))
    return false
  if (content === undefined) return (rule.least ?? 0) === 0
  if (!Array.isArray(content) || content.length < (rule.least ?? 0)) return false
  return content.every(
    (node) =>
      isRecord(node) && rule.holds?.includes(String(node.type)) && !(rule.isPlain && node.marks !== undefined) && isNode(node, depth + 1),
  )
}

/** A file is named by its id and collection, a picture elsewhere by its address. */
const isMedia = (attrs: unknown) =>
  isRecord(attrs) && (attrs.type === 'external' ? isText(attrs.url) : isText(attrs.id) && isText(attrs.collection))

const isMarkedBlock = ({ marks: known = [] }: NodeRule, marks: unknown[]) =>
  marks.length > 0 && marks.every((mark) => isRecord(mark) && known.includes(String(mark.type)))

function isMark(mark: unknown): boolean {
  if (!isRecord(mark) || typeof mark.type !== 'string' || !Object.hasOwn(MARKS, mark.type)) return false
  return hasAttributes(mark.attrs, { attrs: MARKS[mark.type], may: mark.type === 'link' ? OF_LINK : {} })
}

/** Code goes with links only. */
function isMarkable(type: unknown, marks: unknown[]): boolean {
  const names = marks.map((mark) => (isRecord(mark) ? mark.type : undefined))
  if (marks.length > 0 && type !== 'text') return false
  return !names.includes('code') || names.every((name) => name === 'code' || name === 'link')
}

function hasAttributes(
  attrs: unknown,
  { attrs: wanted = {}, may = {}, needsAttrs }: Pick<NodeRule, 'may' | 'needsAttrs'> & { attrs?: Attributes | undefined },
): boolean {
  if (attrs === undefined) return Object.keys(wanted).length === 0 && !needsAttrs
  if (!isRecord(attrs)) return false
  const all: Attributes = { localId: isText, ...may, ...wanted }
  return (
    Object.keys(wanted).every((name) => name in attrs) &&
    Object.entries(attrs).every(([name, value]) => Object.hasOwn(all, name) && all[name]?.(value))
  )
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
