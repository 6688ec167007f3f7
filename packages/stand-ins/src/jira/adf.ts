/** A node of the Atlassian Document Format (https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/). */
export interface AdfNode {
  type: string
  text?: string
  content?: AdfNode[]
  attrs?: Record<string, unknown>
  marks?: { type: string; attrs?: Record<string, unknown> }[]
}

/** Nodes and marks of the format that a description or a comment may hold; a `doc` holds blocks, the inline ones sit in paragraphs and headings. */
const BLOCKS = new Set(
  'paragraph heading bulletList orderedList listItem codeBlock blockquote panel rule table tableRow tableHeader tableCell expand nestedExpand taskList taskItem decisionList decisionItem mediaSingle mediaGroup media blockCard'.split(
    ' ',
  ),
)
const INLINE = new Set('text hardBreak mention emoji inlineCard date status'.split(' '))
const MARKS = new Set('strong em code link strike underline subsup textColor backgroundColor'.split(' '))
const DEEPEST = 30

/** Is this a whole document: `{type: 'doc', version: 1, content: […]}` of known nodes, each text node with a text? */
export function isAdfDocument(value: unknown): value is AdfNode {
  if (!isRecord(value) || value.type !== 'doc' || value.version !== 1 || !Array.isArray(value.content)) return false
  return value.content.every((node) => isRecord(node) && BLOCKS.has(String(node.type)) && isNode(node, 1))
}

function isNode(value: unknown, depth: number): boolean {
  if (!isRecord(value) || depth > DEEPEST) return false
  const { type, text, content, attrs, marks } = value
  if (typeof type !== 'string' || !(BLOCKS.has(type) || INLINE.has(type))) return false
  if (type === 'text' ? typeof text !== 'string' : text !== undefined) return false
  if (attrs !== undefined && !isRecord(attrs)) return false
  if (marks !== undefined && !(Array.isArray(marks) && marks.every((mark) => isRecord(mark) && MARKS.has(String(mark.type))))) return false
  return content === undefined || (Array.isArray(content) && content.every((node) => isNode(node, depth + 1)))
}

/** The characters of a document's text nodes, as Jira counts them for its limit. */
export function adfLength({ text = '', content = [] }: AdfNode): number {
  return content.reduce((sum, node) => sum + adfLength(node), text.length)
}

/** Is this an object that is no list? */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
