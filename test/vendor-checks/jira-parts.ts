/** An account id that every project may assign. */
export const RAVI = '712020:4f1c7a52-9b1e-4c0d-8a34-0d6f5b7e1a01'
export const task = { project: { key: 'OPS' }, issuetype: { name: 'Task' }, summary: 'x' }
export const text = (value: string) => ({ type: 'text', text: value })
export const paragraph = (...content: object[]) => ({ type: 'paragraph', content })
export const doc = (...content: object[]) => ({ type: 'doc', version: 1, content })
const marked = (type: string, attrs?: object) => ({ ...text('x'), marks: [{ type, ...(attrs && { attrs }) }] })
const list = (...content: object[]) => ({ type: 'bulletList', content })
const item = (...content: object[]) => ({ type: 'listItem', content })

/** Documents, and whether Jira takes them by the official schema: 7 right, 13 wrong. */
export const DOCUMENTS: readonly (readonly [what: string, document: object, right: boolean])[] = [
  ['an empty document', doc(), true],
  ['a paragraph', doc(paragraph(text('x'))), true],
  ['a list', doc(list(item(paragraph(text('x'))))), true],
  ['a link', doc(paragraph(marked('link', { href: 'https://a.example' }))), true],
  ['a code block', doc({ type: 'codeBlock', attrs: { language: 'ts' }, content: [text('x')] }), true],
  ['a panel', doc({ type: 'panel', attrs: { panelType: 'info' }, content: [paragraph(text('x'))] }), true],
  [
    'a table',
    doc({ type: 'table', content: [{ type: 'tableRow', content: [{ type: 'tableCell', content: [paragraph(text('x'))] }] }] }),
    true,
  ],
  ['an empty text node', doc(paragraph(text(''))), false],
  ['a list item outside a list', doc(item(paragraph(text('x')))), false],
  ['a heading without a level', doc({ type: 'heading', content: [text('x')] }), false],
  ['a heading of level 7', doc({ type: 'heading', attrs: { level: 7 }, content: [text('x')] }), false],
  ['a link without an address', doc(paragraph(marked('link', {}))), false],
  ['a mention without an id', doc(paragraph({ type: 'mention', attrs: { text: '@x' } })), false],
  ['an unknown mark', doc(paragraph(marked('blink'))), false],
  ['an unknown node', doc({ type: 'div' }), false],
  ['inline text at the top', doc(text('x')), false],
  ['a paragraph in a paragraph', doc(paragraph(paragraph(text('x')))), false],
  ['an empty list', doc(list()), false],
  ['text directly in a list item', doc(list(item(text('x')))), false],
  ['a document of version 2', { ...doc(), version: 2 }, false],
]
